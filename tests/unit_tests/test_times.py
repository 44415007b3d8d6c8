"""When something is so, as the words of a message say it."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone

import pytest

from langchain_kgt.errors import InvalidInputError
from langchain_kgt.reading.english.when.ages import birth_year_of
from langchain_kgt.reading.english.when.times import Times, times_of

# By when it is said: the message, the words that are meant, and since when / until when, or at what
# time; "|" stands between what is as right.
SAID = {
    "2025-05-14T10:00": [
        (
            "We picked the kittens up on Monday, they've already shredded the curtains",
            "kittens",
            "2025-05-12",
        ),
        ("The boiler man is coming on Monday, hopefully before lunch", "boiler man", "2025-05-19"),
        ("My passport expires in August so I'd better get on with it", "passport", "/2025-08"),
        ("been on a waiting list for physio since march", "physio", "2025-03/"),
        ("I've been a vegetarian for eleven years now", "vegetarian", "2014/"),
        ("Dad worked at the post office from 1988 to 2016", "post office", "1988/2016"),
        (
            "Our anniversary dinner is tomorrow at half past seven in the evening",
            "anniversary dinner",
            "2025-05-15T19:30",
        ),
        ("My sister had her baby two days ago!", "baby", "2025-05-12"),
        ("we went to crete in july 2022 and got food poisoning", "crete", "2022-07"),
        ("My gran was born in 1931 in a village near Cork", "gran", "1931"),
        ("I'm on jury duty until the 23rd", "jury duty", "/2025-05-23"),
        ("Marta starts at the brewery a week on Monday", "brewery", "2025-05-26/"),
        ("gym membership ends on 30 june, don't let me renew it", "gym membership", "/2025-06-30"),
        ("It was about 2010 when we bought the narrowboat", "narrowboat", "2010~"),
        ("The roofers come this Friday", "roofers", "2025-05-16"),
        ("I might learn Welsh one of these days", "Welsh", ""),
        ("I play five-a-side on Wednesdays", "five-a-side", ""),
        ("June is picking me up from the station", "June", ""),
        ("Last night we saw a badger in the garden", "badger", "2025-05-13"),
        ("My visa interview is on the 2nd of June at 9.15", "visa interview", "2025-06-02T09:15"),
        ("hen do is 27th june in Tenby, someone save me", "hen do", "2025-06-27"),
        ("Yesterday's smear test was grim but it's done", "smear test", "2025-05-13"),
        ("my brother gets out of the army in october", "army", "2025-10|/2025-10"),
        ("Been with my girlfriend nearly 3 years", "girlfriend", "2022~/"),
        ("We've lived on this street since before the flood in 2005", "street", "/2005|2005/|"),
        ("The kids break up for summer on 18 July", "kids", "/2025-07-18|2025-07-18"),
        ("bin day is Thursday now instead of Tuesday", "bin day", "|2025-05-15"),
        ("Half marathon on Sunday 8th June, not trained at all", "Half marathon", "2025-06-08"),
        ("I'll be on nights until the end of the month", "nights", "/2025-05"),
        (
            "Only started at the nursery a fortnight ago and already had three colds",
            "nursery",
            "2025-W18/|2025-04-30/",
        ),
        ("Flight's at 6.40am on Saturday, airport by 4.30", "Flight", "2025-05-17T06:40"),
        ("grandad was a miner from 1951 until the pit closed in 1985", "miner", "1951/1985"),
        ("I have been learning the banjo since I was a kid", "banjo", ""),
        (
            "Moved into the new flat at the weekend, boxes everywhere",
            "new flat",
            "2025-05-10/|2025-05-10/2025-05-11",
        ),
        ("The car's MOT is due on the 1st", "MOT", "2025-06-01"),
        ("My mate May is a vet", "May", ""),
        ("the summer my parents split we stayed with Nan in Rhyl", "Rhyl", ""),
        ("Tax return has to be in by 31 January", "Tax return", "/2026-01-31"),
        (
            "Ines finishes her GCSEs on June 20th and then sleeps for a month",
            "GCSEs",
            "/2025-06-20",
        ),
        ("we had the boiler serviced the week before last", "boiler", "2025-W18"),
        ("my gap year was 2013, mostly Laos", "gap year", "2013"),
        (
            "Zumba's off till after half term but I'm back at pilates from Monday",
            "pilates",
            "2025-05-19/",
        ),
        ("the cooker died on Saturday so we're living on toast", "cooker", "2025-05-10"),
        ("I've got physio at quarter past four on Friday", "physio", "2025-05-16T16:15"),
        (
            "Selling the house, completion is 4th July 2025 all being well",
            "completion",
            "2025-07-04",
        ),
        ("My sister's been in Melbourne since Feb 2021", "Melbourne", "2021-02/"),
        ("Haven't seen my dad in four years", "my dad", "2021/|"),
        ("we used to go to Tenby every August", "Tenby", ""),
        ("Last Easter we were in Seville", "Seville", "2025-04-20"),
        ("The kittens were born three weeks ago", "kittens", "2025-W17|2025-04-23|2025-04"),
    ],
    "2026-01-30T18:30": [
        ("I gave up my allotment last October", "allotment", "/2025-10"),
        ("The lads are round for poker tomorrow night", "poker", "2026-01-31"),
        ("mum's cataract op is in three weeks", "cataract", "2026-W08|2026-02-20"),
        ("We lived in Antwerp in the early eighties", "Antwerp", "1980/1989"),
        ("Between 2003 and 2009 I drove a night bus in Leeds", "night bus", "2003/2009"),
        ("my lease in Chicago runs through the end of September", "lease", "/2026-09"),
        ("I've had this cough since Christmas", "cough", "2025-12-25/"),
        ("Our boiler packed in on New Year's Eve, typical", "boiler", "2025-12-31"),
        ("Super Bowl party at ours on Feb 8th, bring chips", "Super Bowl", "2026-02-08"),
        ("The choir's spring concert is on March 21 at 6:30 pm", "concert", "2026-03-21T18:30"),
        ("Haven't touched a cigarette since the 1st of January", "cigarette", "2026-01-01/"),
        ("My brother is back from Dubai the week after next", "Dubai", "2026-W07"),
        ("she was in hospital last week but she's home now", "hospital", "2026-W04"),
        ("We're in Whitby next weekend", "Whitby", "2026-02-07/2026-02-08"),
        ("My PhD funding dries up at the end of the year", "PhD funding", "/2026"),
        ("got engaged on valentines day two years ago", "engaged", "2024-02-14"),
        ("Tuesday is my busiest day at the salon", "salon", ""),
        ("thinking of taking up fencing at some point", "fencing", ""),
        ("the plumber never turned up yesterday", "plumber", "2026-01-29"),
        (
            "My daughter's recital is Sunday at 4, I'm bringing tissues",
            "recital",
            "2026-02-01T16:00",
        ),
        ("my six-month review is a week today", "review", "2026-02-06"),
        ("I haven't smoked for three months now, go me", "smoked", "2025-10/"),
        ("Our anniversary is on Valentine's Day, cheesy I know", "anniversary", "2026-02-14"),
        ("Book club's moved to Thursday this week only", "Book club", "2026-01-29|2026-02-05"),
        ("It was in 1987 that Mum bought the caravan", "caravan", "1987"),
        ("the twins turn five on Monday!!", "twins", "2026-02-02"),
        ("dentist at 10 on tuesday", "dentist", "2026-02-03T10:00"),
        (
            "My internship in Seattle runs June 1 through August 28",
            "internship",
            "2026-06-01/2026-08-28",
        ),
        ("I was in the choir for six years but left in 2020", "choir", "/2020|"),
        ("we get the keys next month", "keys", "2026-02"),
        ("Grandpa's funeral was on Wednesday, it was a lovely service", "funeral", "2026-01-28"),
        ("Easter Monday we always do the egg hunt at Priya's", "egg hunt", "2026-04-06|"),
        ("I've got a mortgage appointment on the 12th of next month", "mortgage", "2026-02-12"),
        ("In the summer of 2018 I cycled to Istanbul", "Istanbul", "2018-22"),
        ("rent goes up to £950 from 1 March", "rent", "2026-03-01/"),
        ("Pete's been off sick since Tuesday", "Pete", "2026-01-27/"),
        (
            "couple of weeks ago I sprained my ankle at parkrun",
            "ankle",
            "2026-W03~|2026-W03|2026-01-16~|2026-01",
        ),
        ("We're in Kyoto 3-17 April", "Kyoto", "2026-04-03/2026-04-17"),
        ("passed my driving test in nov '09 on the fourth go", "driving test", "2009-11"),
        ("The antibiotics finish on Thursday", "antibiotics", "/2026-02-05"),
        ("I'm working from home until further notice", "home", ""),
        ("my daughter starts secondary school this September", "secondary school", "2026-09/"),
        ("The funeral is on Tuesday the 10th at noon", "funeral", "2026-02-10T12:00"),
        ("He was my boss from March 2019 to June 2022", "boss", "2019-03/2022-06"),
        ("Guess who passed her theory test today!", "theory test", "2026-01-30"),
        ("We broke up two weeks before Christmas", "broke up", "/2025-12-11|2025-12-11"),
        ("the landlord's coming round tomorrow morning about the mould", "landlord", "2026-01-31"),
        ("I'll have finished chemo by April", "chemo", "/2026-04"),
        ("It'll be a year in March since we lost Biscuit", "Biscuit", "2025-03/|2025-03"),
    ],
    "2024-11-03T21:15": [
        ("I ran the marathon this morning!!", "marathon", "2024-11-03"),
        ("We moved to Galway in the spring", "Galway", "2024-21/"),
        ("the clinic rang on Thursday with the results", "clinic", "2024-10-31"),
        ("Bonfire night we're doing sausages for the whole street", "sausages", "2024-11-05"),
        ("I've been sober for 18 months", "sober", "2023-05/"),
        ("driving lessons kick off next week", "driving lessons", "2024-W45/"),
        ("My contract's up on the 15th", "contract", "/2024-11-15"),
        ("My grandparents emigrated in the fifties", "grandparents", "1950/1959"),
        ("I'm off to Lanzarote from 14 to 28 November", "Lanzarote", "2024-11-14/2024-11-28"),
        ("the surgery is on 12/18/2024 and I'm dreading it", "surgery", "2024-12-18"),
        ("Ramadan's always hard when you work nights", "nights", ""),
        ("I joined the fire service ten years ago", "fire service", "2014/"),
        ("I broke my wrist last summer falling off a paddleboard", "wrist", "2024-22|2023-22"),
        ("We'll have been married twenty-five years in February", "married", "2000-02/"),
        ("Thanksgiving is at my in-laws this year", "Thanksgiving", "2024-11-28|2024"),
        ("Had my first date with Jonas in autumn 2021", "Jonas", "2021-23"),
        ("may i ask you something about my cat", "cat", ""),
        ("My nephew was named August after his great-grandfather", "nephew", ""),
        ("I used to smoke till about 2015", "smoke", "/2015~"),
        ("jury service starts on 2 December", "jury service", "2024-12-02/"),
        ("election day is Tuesday and I'm a poll worker", "election", "2024-11-05"),
        ("The choir tour is the first week of July", "choir tour", "2025-07"),
        ("Fasting till sundown, so no lunch plans please", "lunch", ""),
        ("im working christmas eve AND boxing day", "christmas eve", "2024-12-24"),
        ("my divorce came through in August", "divorce", "2024-08"),
        ("We had the dog put down last Tuesday", "dog", "2024-10-29"),
        ("I did my nursing degree at Hull, 2009-2012", "Hull", "2009/2012"),
        ("the MRI is tomorrow at ten past two", "MRI", "2024-11-04T14:10"),
        (
            "Marek is away for the next two weeks",
            "Marek",
            "/2024-W46|/2024-11-17|2024-11-03/2024-11-17",
        ),
        (
            "Got made redundant in the spring, start at the council in January",
            "council",
            "2025-01/",
        ),
        (
            "Got made redundant in the spring, start at the council in January",
            "redundant",
            "2024-21",
        ),
        ("We go to Dad's every other Sunday", "Dad's", ""),
        ("we've had the caravan since '98", "caravan", "1998/"),
        ("im seeing dr okafor thurs 2.30pm", "okafor", "2024-11-07T14:30"),
        ("Mum was a nurse in the seventies and eighties", "nurse", "1970/1979|1970/1989|1980/1989"),
        ("My birthday's the 9th of December", "birthday", "2024-12-09|"),
        ("the roof was done the summer before last", "roof", "2023-22"),
        ("Ordered the sofa on 12 Oct, still nothing", "sofa", "2024-10-12"),
    ],
    "2023-08-21T07:45": [
        ("School run starts again in two weeks, can't wait", "School run", "2023-W36/|2023-09-04/"),
        ("We got the keys last Friday", "keys", "2023-08-18"),
        ("fence guy said he'd be here Thursday at noon", "fence guy", "2023-08-24T12:00"),
        ("Rosa's due on September 9th", "Rosa", "2023-09-09"),
        ("the flea market was yesterday and I spent far too much", "flea market", "2023-08-20"),
        ("I was a lifeguard for three summers", "lifeguard", ""),
        ("Grandma passed away in late 2019", "Grandma", "2019"),
        ("The scan is at quarter to ten on Wednesday", "scan", "2023-08-23T09:45"),
        ("my parking permit is valid till 31.12.2023", "parking permit", "/2023-12-31"),
        ("I'll be in Osaka from October through March", "Osaka", "2023-10/2024-03"),
        ("Uni starts mid September and I've no accommodation", "Uni", "2023-09/"),
        ("Been veggie 20 years today!", "veggie", "2003-08-21/"),
        ("The plumber can't come until Wednesday", "plumber", "2023-08-23/|2023-08-23"),
        ("wedding's on the last Saturday in September", "wedding", "2023-09-30|2023-09"),
        ("I quit sugar last month and feel amazing", "sugar", "/2023-07"),
        ("training camp is Sept 4-8 in Boulder", "training camp", "2023-09-04/2023-09-08"),
        ("I'll be a grandad in the new year", "grandad", "2024|2024/"),
        ("Only three weeks left of my placement", "placement", "/2023-W37|/2023-09-11"),
    ],
    "2025-12-29T13:00": [
        ("The decorators come back on the 2nd", "decorators", "2026-01-02"),
        ("We went sledging on Boxing Day", "sledging", "2025-12-26"),
        ("Back at work on Friday, boo", "work", "2026-01-02"),
        ("I stopped eating meat in November", "meat", "/2025-11"),
        ("The Christmas tree comes down on January 6", "Christmas tree", "2026-01-06"),
        ("Our holiday to Malta is booked for next June", "Malta", "2026-06"),
        ("my probation ends three months from now", "probation", "/2026-03"),
        ("Kasia's flight lands at 23:05 tonight", "flight", "2025-12-29T23:05"),
        ("as of 1 January I'm self employed", "self employed", "2026-01-01/"),
        ("My licence ran out in November and I only just noticed", "licence", "/2025-11"),
        ("Gran turns 90 in the new year", "Gran", "2026"),
        ("since Boxing Day I've eaten nothing but cheese", "cheese", "2025-12-26/"),
        ("We've had no hot water since the day before yesterday", "hot water", "2025-12-27/"),
        ("My knee op got postponed to February 12", "knee op", "2026-02-12"),
    ],
    "2024-02-29T16:20": [
        ("I turned 30 yesterday", "30", "2024-02-28"),
        ("the parcel is supposed to arrive in an hour", "parcel", "2024-02-29T17:20"),
        ("I've been driving the same Corolla since '04", "Corolla", "2004/"),
        ("leap day babies unite, I was born on 29 Feb 1996", "born", "1996-02-29"),
        (
            "The concert's a week on Saturday at half eight",
            "concert",
            "2024-03-09T08:30|2024-03-09T20:30",
        ),
        ("I worked in Doha between 2011 and 2014", "Doha", "2011/2014"),
        ("gonna start couch to 5k on Monday", "couch to 5k", "2024-03-04/"),
        ("Mum comes out of hospital later this week", "hospital", "2024-W09|/2024-W09"),
        ("I've been in this band for about ten years", "band", "2014~/"),
        ("I've lived in Utah most of my life", "Utah", ""),
        ("The library shuts for good at the end of March", "library", "/2024-03|2024-03"),
        ("Grace is five months pregnant and due in late June", "due", "2024-06"),
        ("I play the organ at St Mark's on Sunday mornings", "organ", ""),
        ("sold my van last week, gutted", "van", "2024-W08|/2024-W08"),
    ],
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def short(times: Times) -> str:
    if times.valid_from == times.valid_until:
        return times.valid_from
    return f"{times.valid_from}/{times.valid_until}"


@pytest.mark.parametrize(
    ("now", "message", "about", "right"),
    [(now, *row) for now, rows in SAID.items() for row in rows],
)
def test_times(now: str, message: str, about: str, right: str) -> None:
    assert short(times_of(message, at(now), about)) in right.split("|")


WEDNESDAY = at("2025-05-14T10:00")


@pytest.mark.parametrize(
    ("message", "about", "right"),
    [
        # The nearest verb tells past from coming.
        ("On Sunday we went to Rhyl", "", "2025-05-11"),
        ("On Sunday we go to Rhyl", "", "2025-05-18"),
        ("I've booked the dentist for Monday", "", "2025-05-19"),
        ("i broke it on the 20th", "", "2025-04-20"),
        ("it comes on the 20th", "", "2025-05-20"),
        ("school have confirmed that term is 3 June to 4 July", "", "2025-06-03/2025-07-04"),
        # A weekday tells the year.
        ("I entered the marathon, Sunday 8th June", "", "2025-06-08"),
        # "Last" and "next" need no verb.
        ("next Friday, Crewe", "", "2025-05-23"),
        ("this Friday, Crewe", "", "2025-05-16"),
        ("last Friday, Crewe", "", "2025-05-09"),
        ("the Friday before last, Crewe", "", "2025-05-02"),
        ("Friday week, Crewe", "", "2025-05-23"),
        ("Crewe, the Christmas before last", "", "2023-12-25"),
        ("Crewe this time last year", "", "2024-05"),
        ("Crewe on the first Monday of June", "", "2025-06-02"),
        ("Crewe on 29 February", "", "2028-02-29"),
        # Of two clauses only the one that is meant counts.
        ("we got married in 2011 and they divorced in 2015", "married", "2011"),
        ("we got married in 2011 and they divorced in 2015", "divorced", "2015"),
        ("She moved to Porto last year. I like it.", "like", ""),
        ("I was ill! Dentist on Monday", "Dentist", "2025-05-19"),
        # A range says more than what it is a part of; an end is not before its beginning.
        ("we skied last winter, November to March, in Banff", "skied", "2024-11/2025-03"),
        ("I stopped in March what I started in April", "", "/2025-03"),
        # What was said before is meant by "before that" and "since".
        ("They moved to Porto last year, but before that they lived in Faro", "Faro", "/2024"),
        ("They moved to Porto last year, but before that they lived in Faro", "Porto", "2024/"),
        ("i quit the bank in january, been driving a van since", "van", "2025-01/"),
        ("Dentist appointment. Tuesday at 3.", "Dentist", "2025-05-20T15:00"),
        # Ends, begins, not until.
        ("I started at the bakery in 2015", "", "2015/"),
        ("at the start I lived there in 2015", "", "2015"),
        ("I ended up in Leeds in 2015", "", "2015"),
        ("The pool doesn't open until June", "", "2025-06/"),
        ("I rent it from March to June 2019", "", "2019-03/2019-06"),
        ("we will be two years together next month", "", "2023-06/"),
        ("my two years in Leeds are up in June", "", "/2025-06"),
        ("ten years sober today", "", "2015-05-14/"),
        ("Another two years to go on the lease", "", "/2027"),
        ("over the last three years I have run a lot", "", "2022/"),
        ("I have got an exam on the 20th", "", "2025-05-20"),
        ("exam on the 20th, so excited", "", "2025-05-20"),
        ("we go this weekend", "", "2025-05-17/2025-05-18"),
        ("we went this weekend", "", "2025-05-10/2025-05-11"),
        ("weve lived here three years", "", "2022/"),
        # Clocks.
        ("call tomorrow at 10:30 a.m.", "", "2025-05-15T10:30"),
        ("call tomorrow at 18:05", "", "2025-05-15T18:05"),
        ("call tomorrow 2-4pm", "", "2025-05-15T14:00/2025-05-15T16:00"),
        ("call tonight at nine", "", "2025-05-14T21:00"),
        ("call tomorrow at midnight", "", "2025-05-15T00:00"),
        ("tomorrow we call at 4 Privet Drive", "", "2025-05-15"),
        # No time: names, what comes again, what is vague, what is no date.
        ("My sister April lives here", "", ""),
        ("we called the rabbit Friday", "", ""),
        ("Friday is my day off", "", ""),
        ("the Saturday job is fine", "", ""),
        ("I swim on Monday mornings and every other Friday", "", ""),
        ("I swim on the first Monday of every month", "", ""),
        ("I rent it for £200 a month", "", ""),
        ("I have paid £200 a month", "", ""),
        ("we built it in two years", "", ""),
        ("I live on the 5th floor", "", ""),
        ("the Christmas tree is up", "", ""),
        ("I haven't slept for ages", "", ""),
        ("some years ago, one of these days, soon", "", ""),
        ("I paid on 31 February", "", ""),
        # Whether day or month stands first, nobody can say: the year is sure.
        ("it was on 03/04/2024", "", "2024"),
        ("it was on 13/04/2024", "", "2024-04-13"),
        ("it was on 2024-04-03", "", "2024-04-03"),
    ],
)
def test_kinds(message: str, about: str, right: str) -> None:
    assert short(times_of(message, WEDNESDAY, about)) == right


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("We’ve had a lodger since the beginning of May, a Mr Adeyemi.",
         "since the beginning of May"),
        ("On Friday, by the way, it's at 8.15am", "On Friday; at 8.15am"),
        ("From 2012 I rented it, until about 2015.", "From 2012; until about 2015"),
        ("Nothing of the kind", ""),
    ],
)  # fmt: skip
def test_the_words_stand_in_the_message(message: str, words: str) -> None:
    assert times_of(message, WEDNESDAY).words == words


def test_on_a_weekend_this_weekend_is_that_one() -> None:
    sunday = at("2024-11-03T21:15")
    assert short(times_of("we went sailing this weekend", sunday)) == "2024-11-02/2024-11-03"


def test_the_day_is_that_of_the_speaker() -> None:
    late = datetime(2025, 5, 14, 23, 30, tzinfo=timezone(timedelta(hours=-7)))
    assert times_of("I saw it today", late).valid_from == "2025-05-14"


@pytest.mark.parametrize("read", [times_of, birth_year_of])
def test_a_time_without_a_zone_is_refused(read: object) -> None:
    with pytest.raises(InvalidInputError, match="time zone"):
        read("today", datetime(2025, 5, 14))  # type: ignore[operator]


@pytest.mark.parametrize("year", [2008, 2019, 2024, 2025, 2038])
def test_easter_and_what_hangs_on_it(year: int) -> None:
    sunday = {2008: "03-23", 2019: "04-21", 2024: "03-31", 2025: "04-20", 2038: "04-25"}[year]
    friday = date.fromisoformat(f"{year}-{sunday}") - timedelta(days=2)
    assert times_of(f"on Easter Sunday {year}", WEDNESDAY).valid_from == f"{year}-{sunday}"
    assert times_of(f"on Good Friday {year}", WEDNESDAY).valid_from == str(friday)


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", "'", "\n\n", "\ud800 today", "\x00", "²° of ½ May", "٣ May", "İ on Friday",
     "999 decades ago", "in 999 decades", "99.99.9999", "0000-00-00", "on the 31st", "until",
     "a couple of", "the day after the day after the day after", "half past", "from May to",
     "25:61 tomorrow"],
)  # fmt: skip
@pytest.mark.parametrize("year", [1, 2025, 9999])
def test_odd_text_is_read_without_an_error(text: str, year: int) -> None:
    for day in (datetime(year, 1, 1), datetime(year, 12, 31, 23, 59)):
        times_of(text, day.replace(tzinfo=timezone.utc), "on")
        birth_year_of(text, day.replace(tzinfo=timezone.utc))


@pytest.mark.parametrize(
    "piece",
    ["on friday ", "friday, ", "early ", "the day after ", "a couple of ", "until ", "'", "1"],
)
def test_a_long_text_takes_bounded_time(piece: str) -> None:
    before = time.process_time()
    times_of((piece * 4000)[:4000], WEDNESDAY, "zzz")
    assert time.process_time() - before < 3


@pytest.mark.parametrize(
    ("message", "about", "right"),
    [
        ("She is 7 now", "", "2018~"),
        ("my 7-year-old hates peas", "", "2018~"),
        ("the cat is eleven and sleeps", "cat", "2014~"),
        ("I turned 40 last March", "", "1985"),
        ("she'll be 3 in August", "", "2022"),
        ("born in 1990 in Riga", "", "1990"),
        ("Tom's 12, and Ann is 9.", "Ann", "2016~"),
        ("My gran is aged ninety-two", "", "1933~"),
        ("It is 5 miles away", "", ""),
        ("I have 3 cats", "", ""),
        ("the shop is two years new", "", ""),
    ],
)
def test_year_of_birth(message: str, about: str, right: str) -> None:
    assert birth_year_of(message, WEDNESDAY, about) == right
