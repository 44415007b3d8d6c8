"""Which texts the English reader refuses."""

from __future__ import annotations

import sys

import pytest

from langchain_kgt.errors import InvalidInputError
from langchain_kgt.reading import language
from langchain_kgt.reading.language import check_english

OTHERS = {
    "German": (
        "Wo wohnt meine Schwester?",
        "Wann hat mein Bruder Geburtstag?",
        "Was isst mein Hund am liebsten?",
        "Wie heißt die Lehrerin meiner Tochter?",
        "Ich wohne jetzt in Graz.",
        "In welcher Stadt lebt meine Schwester?",
        "Meine Mutter ist gegen Nüsse allergisch.",
        "Wer hat das neue Auto gekauft?",
    ),
    "French": (
        "Où habite ma sœur ?",
        "Quand est l'anniversaire de mon frère ?",
        "Qu'est-ce que mon chien mange ?",
        "Comment s'appelle la maîtresse de ma fille ?",
        "J'habite maintenant à Lyon avec mes parents.",
        "Dans quelle ville travaille mon oncle ?",
        "Ma mère est allergique aux noix.",
        "Qui a acheté la nouvelle voiture ?",
    ),
    "Spanish": (
        "¿Dónde vive mi hermana?",
        "¿Cuándo es el cumpleaños de mi hermano?",
        "¿Qué come mi perro?",
        "¿Cómo se llama la profesora de mi hija?",
        "Ahora vivo en Sevilla con mis padres.",
        "¿En qué ciudad trabaja mi tío?",
        "Mi madre es alérgica a las nueces.",
        "¿Quién compró el coche nuevo?",
    ),
    "Italian": (
        "Dove abita mia sorella?",
        "Quando è il compleanno di mio fratello?",
        "Che cosa mangia il mio cane?",
        "Come si chiama la maestra di mia figlia?",
        "Adesso abito a Torino con i miei genitori.",
        "In quale città lavora mio zio?",
        "Mia madre è allergica alle noci.",
        "Chi ha comprato la macchina nuova?",
    ),
    "Portuguese": (
        "Onde mora a minha irmã?",
        "Quando é o aniversário do meu irmão?",
        "O que come o meu cão?",
        "Como se chama a professora da minha filha?",
        "Agora moro no Porto com os meus pais.",
        "Em que cidade trabalha o meu tio?",
        "A minha mãe é alérgica a nozes.",
        "Quem comprou o carro novo?",
    ),
    "Dutch": (
        "Waar woont mijn zus?",
        "Wanneer is mijn broer jarig?",
        "Wat eet mijn hond het liefst?",
        "Hoe heet de juf van mijn dochter?",
        "Ik woon nu in Utrecht bij mijn ouders.",
        "In welke stad werkt mijn oom?",
        "Mijn moeder is allergisch voor noten.",
        "Wie heeft de nieuwe auto gekocht?",
    ),
    "Swedish": (
        "Var bor min syster nu för tiden?",
        "När fyller min bror år?",
        "Vad äter min hund helst?",
        "Vad heter min dotters lärare?",
        "Jag bor nu i Uppsala med mina föräldrar.",
        "I vilken stad arbetar min farbror?",
        "Min mamma är allergisk mot nötter.",
        "Vem har köpt den nya bilen?",
    ),
    "Polish": (
        "Gdzie mieszka moja siostra?",
        "Kiedy mój brat ma urodziny?",
        "Co je mój pies?",
        "Jak nazywa się nauczycielka mojej córki?",
        "Teraz mieszkam w Krakowie z rodzicami.",
        "W jakim mieście pracuje mój wujek?",
        "Moja mama jest uczulona na orzechy.",
        "Kto kupił nowy samochód?",
    ),
    "Turkish": (
        "Kız kardeşim nerede yaşıyor?",
        "Erkek kardeşimin doğum günü ne zaman?",
        "Köpeğim ne yemeyi sever?",
        "Kızımın öğretmeninin adı ne?",
        "Şimdi ailemle İzmir'de yaşıyorum.",
        "Amcam hangi şehirde çalışıyor?",
        "Annemin fındığa alerjisi var.",
        "Yeni arabayı kim satın aldı?",
    ),
    "Russian": (
        "Где живёт моя сестра?",
        "Когда день рождения у моего брата?",
        "Что ест моя собака?",
        "Как зовут учительницу моей дочери?",
        "Теперь я живу в Казани с родителями.",
        "В каком городе работает мой дядя?",
        "У моей мамы аллергия на орехи.",
        "Кто купил новую машину?",
    ),
    "Arabic": (
        "أين تسكن أختي؟",
        "متى عيد ميلاد أخي؟",
        "ماذا يأكل كلبي؟",
        "ما اسم معلمة ابنتي؟",
        "أسكن الآن في عمان مع والدي.",
        "في أي مدينة يعمل عمي؟",
        "أمي لديها حساسية من المكسرات.",
        "من اشترى السيارة الجديدة؟",
    ),
    "Hindi": (
        "मेरी बहन कहाँ रहती है?",
        "मेरे भाई का जन्मदिन कब है?",
        "मेरा कुत्ता क्या खाता है?",
        "मेरी बेटी की अध्यापिका का नाम क्या है?",
        "अब मैं जयपुर में अपने माता-पिता के साथ रहता हूँ।",
        "मेरे चाचा किस शहर में काम करते हैं?",
        "मेरी माँ को मेवों से एलर्जी है।",
        "नई गाड़ी किसने खरीदी?",
    ),
    "Chinese": (
        "我妹妹住在哪里？",
        "我弟弟的生日是什么时候？",
        "我的狗喜欢吃什么？",
        "我女儿的老师叫什么名字？",
        "我现在和父母住在成都。",
        "我叔叔在哪个城市工作？",
        "我妈妈对坚果过敏。",
        "新车是谁买的？",
    ),
    "Japanese": (
        "妹はどこに住んでいますか？",
        "兄の誕生日はいつですか？",
        "うちの犬は何を食べますか？",
        "娘の先生の名前は何ですか？",
        "今は両親と京都に住んでいます。",
        "おじはどの町で働いていますか？",
        "母はナッツのアレルギーがあります。",
        "新しい車は誰が買いましたか？",
    ),
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in OTHERS.items() for text in texts]
)
def test_another_language_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(InvalidInputError, match=f"looks like {name}; give subject and relation"):
        check_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "ich bin seit gestern krank und kann nicht kommen",
        "No, vive en Valencia desde marzo",
        "mijn broer werkt niet meer bij de bank",
        "ยายของฉันอายุเท่าไหร่",
        "내 여동생은 어디에 살아요?",
        "Welche Farbe hat mein Fahrrad?",
    ],
)
def test_so_are_messages_in_lower_case_and_other_scripts(text: str) -> None:
    with pytest.raises(InvalidInputError):
        check_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Where does my sister live?",
        "nan lol. mums in kandy",
        "my abuela lives in Guadalajara, México",
        "Łukasz Wiśniewski works as",
        "Szmajdziński found employment in",
        "Partitio terrarum imperii Romaniae is located in",
        "Une grenade avec ça? plays",
        "Who fathered Iorwerth Drwyndwn?",
        'Translate "Vermisst: Kater, hört schlecht, Belohnung 50 Euro", please',
        "How do I say 你好吗 to my neighbour?",
        "Do you know Свадьба в Малиновке?",
        "Was it Graz?",
        "Wer?",
        "Madrid",
        "日本",
        "Rooibos, no milk",
        "\\b[1-9][0-9]{3}\\s?[A-Z]{2}\\b",
        "",
        "?!",
        "🙂🙂🙂 🙂 🙂",
        "\x00\ud800 a",
        "x" * 4000,
    ],
)
def test_english_with_names_and_what_is_too_short_to_tell_pass(text: str) -> None:
    check_english(text)


def test_a_long_text_is_shown_in_part() -> None:
    with pytest.raises(InvalidInputError) as caught:
        check_english("Meine Schwester wohnt jetzt in Graz und arbeitet dort. " * 20)
    assert len(str(caught.value)) < 200


def test_without_the_package_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    language._identifier.cache_clear()
    try:
        check_english("Wo wohnt meine Schwester?")
    finally:
        language._identifier.cache_clear()
