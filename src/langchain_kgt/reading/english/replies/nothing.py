"""What is no answer, and why; and what says only that an answer is wrong, or of old."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from spacy.tokens import Span, Token

from langchain_kgt.reading.base import Question

_THANKS = frozenset(
    "thanks thank thx ta cheers please ok okay k kk haha hahaha lol hello hi hey bye goodbye "
    "welcome sorry pardon noted understood hmm hm mhm um uh oh ah wow ugh oops yay".split()
)
_PRAISE = frozenset(
    "great cool nice good fine perfect lovely awesome alright right excellent super brilliant "
    "interesting funny sweet".split()
)
_FILL = frozenset(
    "you 're are re 's s is that it this so very much a lot for the all too well my pleasure i am "
    "'m no problem problems worries worry at not got see to know and then now just really again "
    "help then there your u anyway quite question point sound sounds look looks seem seems".split()
)
_WRONG = frozenset("wrong incorrect false untrue mistaken nonsense rubbish mistake error lie".split())
_RIGHT = frozenset("right true correct so accurate it exactly yes yeah yep indeed agreed".split())
_AROUND_WRONG = frozenset(
    "that this it you your answer is 's are 're was were be completely totally absolutely all just "
    "simply quite plain so very a an i 'm am afraid sorry no nope still again not n't it that is "
    "one memory the".split()
)
_UNKNOWN = re.compile(
    r"^(?:(?:i(?:'m| am)|am)?\s*(?:really |still |quite )?not (?:really |entirely |quite |too )?(?:sure|certain)"
    r"|(?:i(?:'ve| have)?\s*)?(?:got )?(?:absolutely |really |honestly )?no (?:idea|clue|comment|opinion)"
    r"|idk|i ?dunno|dunno|who knows|god knows|beats me|search me|n/?a|tb[adc]|unknown|"
    r"(?:it |that )?(?:all )?depends|hard to (?:say|tell)|difficult to (?:say|tell)|undecided|"
    r"your guess is as good as mine|can'?t (?:say|tell|remember))\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"^(?:never ?mind|nvm|later|(?:maybe |perhaps )?(?:another|some other) time|not now|forget (?:it|"
    r"that|about it)|skip(?: (?:it|that|this))?|pass|next(?: question)?|drop it|leave it|"
    r"(?:that's |it's )?none of your (?:business|concern)|(?:that's |it's )?(?:private|personal|"
    r"a secret|confidential)|(?:i'?d |i would )?(?:rather|prefer) not\b.*|what(?:so)?ever|who cares|"
    r"(?:it |that )?does(?:n't| not) matter|no matter|anything|up to you|you (?:choose|decide)|"
    r"same here|me too|me neither|stop(?: it)?|wait|hold on|one (?:moment|second|sec)|no comment)"
    r"[\s.!]*$",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"^(?:it(?:'s| is) |they are |that's )?(?:still |just |exactly |always )*(?:the )?(?:very )?same"
    r"(?: (?:as|like) .{1,30}| (?:place|thing|one|answer|address|job|old|person|name|number))*[\s.!]*$|"
    r"^(?:just )?(?:as|like) (?:before|always|ever|usual|i said)[\s.!]*$|"
    r"^(?:still )?unchanged[\s.!]*$|^no changes?[\s.!]*$|^nothing(?:'s| has)? changed[\s.!]*$",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"^(?:(?:that|this|it|your)(?: \w+)?(?:'s| is| has)? )?(?:(?:long |completely |all )?(?:outdated|out of date|"
    r"old news|history|changed(?: since)?|no longer (?:true|right|correct|so|the case|current|valid)|"
    r"not (?:true|right|correct|so|the case|current|valid)?\s*(?:any ?more|any longer|now))|no longer|"
    r"not now)[\s.!]*$|^(?:that|this|it) was (?:(?:true|right|so|the case|correct) )?(?:once|before|then|earlier|"
    r"previously|in the past|(?:many |a few |some |\w+ )?(?:years|months|weeks|days|ages) ago|"
    r"(?:a )?long (?:time )?ago|last \w+|back then|until (?:recently|\w+))[\s.!]*$|"
    r"^(?:things|that|it) (?:have|has|'s) changed(?: since(?: then)?)?[\s.!]*$",
    re.IGNORECASE,
)
_HYPOTHESIS = re.compile(r"^(?:what if|suppose|imagine|if only|if|i wish|say)\b", re.IGNORECASE)
_KNOWING = frozenset(
    "know remember recall decide care mind tell say answer understand guess hear think".split()
)
_MIXED = frozenset("mix confuse mistake misunderstand mishear swap muddle misread".split())
_WISH = frozenset("like love prefer rather hate".split())

Verdict = Literal["nothing", "wrong", "old", ""]


class Judged(NamedTuple):
    """What a sentence is besides an answer, and for nothing, why."""

    verdict: Verdict
    why: str = ""


_ANSWER = Judged("")


def judged(sentence: Span, question: Question) -> Judged:
    """Whether a sentence holds an answer, says that the one given is wrong or of old, or nothing."""
    text = sentence.text.strip().replace("’", "'")
    words = [t.lower_.replace("’", "'") for t in sentence if any(c.isalnum() for c in t.text)]
    if not words:
        return Judged("nothing", "It holds no letter or digit.")
    if text.rstrip(" !.\"'").endswith("?"):
        return Judged("nothing", "It asks something itself.")
    if _OLD.search(text):
        return Judged("old")
    if _is_wrong(words) or _blames(sentence):
        return Judged("wrong")
    if _UNKNOWN.search(text) or _does_not_know(sentence, question):
        return Judged("nothing", "It says that the answer is not known.")
    if _LATER.search(text):
        return Judged("nothing", "It leaves the question open.")
    if _SAME.search(text):
        return Judged("nothing", "It says that nothing has changed.")
    if _is_courtesy(words, text, question):
        return Judged("nothing", "It is a word of courtesy.")
    if _refers_back(sentence.root):
        return Judged("nothing", "It refers to what was said before.")
    if _puts_off(sentence.root):
        return Judged("nothing", "It leaves the question open.")
    if set(words) <= _RIGHT | {"that", "is", "'s", "you", "are", "'re", "it"} and (
        set(words) & (_RIGHT - {"so", "it"}) and len(words) > 1
    ):
        return Judged("nothing", "It agrees with what was said.")
    if _HYPOTHESIS.search(text) or _is_conditional(sentence.root):
        return Judged("nothing", "It says what might be, not what is.")
    if _commands(sentence):
        return Judged("nothing", "It asks for something.")
    if any(t.lower_ == "you" and t.dep_ in {"nsubj", "nsubjpass"} and t.head == sentence.root
           for t in sentence) and not any(s.casefold().startswith("you") for s in question.subjects):
        return Judged("nothing", "It speaks of the assistant.")
    return _ANSWER


def _is_wrong(words: list[str]) -> bool:
    if not set(words) <= _WRONG | _AROUND_WRONG | _RIGHT:
        return False
    denies = bool({"not", "n't"} & set(words))
    said = set(words) & _WRONG
    return bool(said) != denies if said else denies and bool(set(words) & (_RIGHT - {"it"}))


def _blames(sentence: Span) -> bool:
    """"You're mixing her up", "I never said that", "That's not what I said"."""
    root = sentence.root
    subject = next((c.lower_ for c in root.children if c.dep_ in {"nsubj", "nsubjpass"}), "")
    if subject == "you":
        return root.lemma_ in _MIXED or any(c.lemma_ in _WRONG | _MIXED for c in root.children)
    denied = any(c.dep_ == "neg" for c in root.children)
    if denied and subject == "i" and root.lemma_ in {"say", "mean"}:
        return any(c.lower_ in {"that", "so", "this", "it"} for c in root.children)
    return denied and subject in {"that", "this", "it"} and any(
        c.dep_ in {"ccomp", "attr", "acomp"} and any(
            x.lower_ in {"i", "we"} and x.head.lemma_ in {"say", "mean", "tell", "ask"}
            for x in c.subtree)
        for c in root.children
    )


def _does_not_know(sentence: Span, question: Question) -> bool:
    root = sentence.root
    if root.lemma_ == "forget" and root.tag_ in {"VBD", "VBP", "VBN"}:
        return not any(c.dep_ in {"dobj", "xcomp"} and c.pos_ in {"NOUN", "PROPN"} for c in root.children)
    if root.lemma_ not in _KNOWING or not any(c.dep_ == "neg" for c in root.children):
        return False
    subject = next((c.lower_ for c in root.children if c.dep_ == "nsubj"), "i")
    own = any(root.lemma_ in relation for relation in question.relations)
    so = any(c.lower_ == "so" for c in root.children)
    return subject in {"i", "we"} and not own and not so and not any(
        c.dep_ == "ccomp" and root.lemma_ in {"think", "say"} for c in root.children
    )


def _refers_back(root: Token) -> bool:
    """"I told you already", "I said so"."""
    said = [c.lower_ for c in root.children if c.dep_ in {"dobj", "dative", "ccomp", "prep", "oprd"}]
    own = any(c.dep_ == "nsubj" and c.lower_ in {"i", "we"} for c in root.children)
    return own and root.lemma_ in {"tell", "say", "mention", "answer"} and set(said) <= {
        "you", "that", "it", "so", "this"}


def _puts_off(root: Token) -> bool:
    """"I'll tell you tomorrow", "I have to check"."""
    verb = root if root.lemma_ not in {"have", "need", "go", "want"} else next(
        (c for c in root.children if c.dep_ == "xcomp"), root)
    ahead = verb is not root or any(c.tag_ == "MD" for c in root.children)
    own = any(c.dep_ == "nsubj" and c.lower_ in {"i", "we"} for c in root.children)
    return ahead and own and verb.lemma_ in {"tell", "ask", "check", "look", "find", "let", "see", "think"}


def _is_courtesy(words: list[str], text: str, question: Question) -> bool:
    if not set(words) <= _THANKS | _PRAISE | _FILL:
        return False
    if set(words) & _THANKS or text.lower().rstrip(" .!") in {
        "my pleasure", "no problem", "no worries", "got it", "i see", "good to know", "not at all"
    }:
        return True
    asks_how = question.text.casefold().startswith("how")
    # "Nice" is a city too, and "right" a hand.
    bare = len(words) == 1 and (question.kind == "place" or words[0] == "right") and "!" not in text
    return bool(set(words) & _PRAISE) and not asks_how and not bare


def _is_conditional(root: Token) -> bool:
    for child in root.children:
        if child.dep_ == "aux" and child.lower_ in {"would", "'d", "might", "may", "could", "should"}:
            return root.lemma_ not in _WISH
        if child.dep_ == "advcl" and any(g.dep_ == "mark" and g.lower_ == "if" for g in child.children):
            return True
    return False


def _commands(sentence: Span) -> bool:
    """An imperative to the assistant: "ask me later", "let me check", "don't worry"."""
    root = sentence.root
    if root.tag_ not in {"VB", "VBP"} or any(
        c.dep_ in {"nsubj", "nsubjpass", "expl"} and c.i < root.i for c in root.children
    ):
        return False
    if any(c.tag_ in {"MD", "TO", "VBZ"} for c in root.children if c.dep_ == "aux"):
        return False
    before = sentence.doc[sentence.start : root.i]
    if any(t.lower_ in {"do", "please", "never", "just"} for t in before) and len(before):
        return True
    if any(t.pos_ in {"NOUN", "PROPN"} for t in before):
        return False
    return root.lemma_ == "let" or any(
        t.lower_ in {"me", "us", "it", "that", "this", "again", "later"}
        for t in root.subtree if t.i > root.i and t.i <= root.i + 3
    )
