# ruff: noqa: SIM905  (word lists read better as one line)
"""Postcodes and postal addresses."""

import re
from collections.abc import Iterator

from .document import CAP, CAPS, Document
from .fold import FIGURE
from .narrative import Span
from .words import COMMON, FIRST, JOB, KIN, PLACE, TITLE, WORDNAME, lexicon, read

AREAS = frozenset(a.lower() for a in read("postcode_areas.txt"))
POSTCODE = re.compile(r"(?<![\w])([a-z]{1,2})(\d[a-z\d]?)([ \-]{0,3})(\d)([abd-hjlnp-uw-z]{2})(?![\w])")
ABOVE = re.compile(
    r"(\d(?<![\w/.:]\d)\d{0,3}[A-Za-z]?,?(?:[ ][A-Z][\w'’.\-]{1,20}){1,4}(?:[ ]?[,\n][ ]?[A-Z][\w'’.\-]{1,20}(?:[ \-][A-Z]?[\w'’.\-]{1,20}){0,2}){0,3})[ ]?[,\n.]?[ ]?$"
)
OUTWARD = re.compile(
    r"\b(?:post ?code|postal code|pcode)\b[^\n]{0,44}?(?<![\w])([a-z]{1,2}\d[a-z\d]?)(?![\w]| \d[a-z]{2}\b)"
)
STRONG = (
    "street|st|road|rd|lane|ln|avenue|ave|av|close|cl|drive|dr|crescent|cres|terrace|ter|gardens|gdns|grove|gr|mews|square|sq|row|place|pl|court|ct|boulevard|blvd|broadway|esplanade|parade|promenade|"
    "causeway|embankment|highway|wynd|snicket|ginnel|twitchel|twitten|cottages|parkway|villas|circus|wharf|quay|alley|croft|garth|walk|way"
)
WEAK = (
    "hill|rise|green|park|view|mount|vale|bank|fold|gate|passage|path|bridge|common|cross|dale|dell|down|downs|drove|end|estate|field|fields|glade|glen|heath|heights|holt|island|loan|meadow|meadows|mead|mill|nook|orchard|"
    "paddock|paddocks|pastures|piece|ridge|spinney|spur|strand|top|trees|valley|warren|wood|woods|yard|hollow|copse|brae|brow|chase|cloisters|coppice|corner|covert|creek|dene|farm|folly|haven|hey|hurst|lea|leas|leaze|links|"
    "maltings|manor|market|moor|oaks|oval|pinfold|precinct|reach|retreat|riverside|sidings|shore|slade|steps|thicket|towers|tye|house|lodge|cottage|flats|buildings|mansions|grange|hall|barn|tower|brink|fen|fens|staithe|hythe|loke|butts|ramparts|lawn|lawns|leys|ley|meads|mere|vennel|quadrant|ropewalk|rigg|shaw|knoll|mall|walks|rows|yards|wall|ferry|sluice|crest|dyke|cut|pound|loan|neuk|garden|point|lock|weir"
)
NUMBER = r"(?:no\.? ?)?\d{1,4}[ ]?[a-h]?(?:[ ]?[\-/&][ ]?\d{1,4}[a-h]?)?"
FLAT = r"(?:(?:flat|apartment|apt|unit|room|rm|block|floor|caravan|plot|suite|bungalow|studio|maisonette|penthouse|pitch|berth|bedsit|lodge|chalet)[ ]?(?:no\.? ?|number )?[a-z]?\d{0,4}[a-z]?\b|(?:top|ground|first|second|basement) floor(?: flat)?|\d{1,4}[a-z]?/\d{1,3}|\d{1,4}/[lr]|\d/\d)"
NAMEWORD = r"(?:[^\W\d_][\w'.]{0,24}(?:-[^\W\d_][\w']{0,24}){0,3})"
STREET = re.compile(
    rf"(?<![\w/.:])({NUMBER})[ ]?,?[ ]((?:the )?{NAMEWORD}(?:[ ]{NAMEWORD}){{0,3}}?)[ ]({STRONG}|{WEAK})(?:[ ](?:north|south|east|west|upper|lower))?\b(?!['\-])"
)
SINGLE = re.compile(
    rf"(?<![\w/.:])({NUMBER}),?[ ]((?:the )(?:{STRONG}|{WEAK}|ridgeway|broadway|causeway|limes|laurels|firs|beeches|cedars|poplars|elms|willows|chestnuts|mount|mall|strand|cut|avenue|glebe|paddock|drive|bungalow)|broadway|kingsway|queensway|southway|northway|westway|eastway|ringway|highfield|riverside|cheapside|whitehall|piccadilly|[a-z]{{3,12}}(?:gate|wick))\b"
)
STRONG_LIVES = re.compile(
    r"\b(?:lives?|living|lived|reside[sd]?|resident|residing|(?:home |registered |postal |correct |wrong |old |new |correspondence )?address(?:es)?|tenant|home)(?: (?:alone|independently|permanently|currently))?(?:[ ](?:in|is|was|at|of|on|as))?[ ]?[:\-]{0,1}[ ]?$"
)
INSTITUTION = re.compile(
    r"[ ](?:surgery|clinic|hospital|practice|medical|health|school|centre|center|care|nursing|residential|ward|unit|police|station|pharmacy|hospice|dental|community|day|resource|children|primary|church|hostel|hub|prison|library|team|service|suite|hotel)\b"
)
LEFT_PIECE = re.compile(rf"(?:{FLAT}|(?:the )?{NAMEWORD}(?:[ ]{NAMEWORD}){{0,3}})[ ]?[,\n][ ]?$")
YEAR = re.compile(r"(?:19|20)\d\d")
DATED = re.compile(
    r"(?:\d(?:st|nd|rd|th)?|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*)[ ,./\-]{1,2}$"
)
LEFT_FLAT = re.compile(rf"(?<![\w])({FLAT})[ ]?,?[ ]?$")
TOWN_AFTER = re.compile(
    rf"(?:[ ]?,[ ]?|[ ]?\n[ ]?)({NAMEWORD}(?:[ \-]{NAMEWORD}){{0,2}})(?=[ ]?[,.;)\n]|[ ]?$|[ ][a-z]{{1,2}}\d)"
)
HOUSE_AFTER_LIVES = re.compile(
    rf"\b(?:lives?|living|lived|resides?|residing|home address|registered address|address|stays|staying)(?: (?:alone|independently|with h(?:er|is) \w+))?[ ]?(?:at|is|was|in|:|-|of)?[ ]?:?[ ]((?:{FLAT}[ ]?,?[ ]?)?(?:the )?{NAMEWORD}(?:[ ]{NAMEWORD}){{0,3}})(?=[ ]?[,.;\n)]|$| and | with | but | where )"
)
MORE_PIECE = re.compile(rf"[ ]?,[ ]({NAMEWORD}(?:[ ]{NAMEWORD}){{0,2}})(?=[ ]?[,.;\n)]|$)")
LIVES_NUMBER = re.compile(
    rf"\b(?:lives?|living|lived|resides?|residing|address)(?: (?:alone|independently))?[ ]?(?:at|is|was|:)?[ ]?:?[ ]({NUMBER},?(?:[ ]{NAMEWORD}){{1,4}}?)(?=[ ]?[,.;\n)]|$| and | with | but | where )"
)
STOP_NAME = frozenset(
    "hours hour days day weeks week months month years year minutes mins patients patient beds bed bays bay staff nurses units unit mg ml mcg the a an and or of to in on at by for from with was were is are had has she he they we it this that then when while later after "
    "before times time per every until he her his their units tablets doses dose people women men cm mm kg litres l am pm hrs steps attempts calls nights shifts new old more other extra lines separate no".split()
)


# What stands before the last line of an address: the end of a piece, or the name of a town. Not the word before a part.
IN_ADDRESS = re.compile(
    r"(?:[,\n][ \t]*|\b(?:[Pp]ost ?code|[Aa]t|[Oo]f|[Ii]n|[A-Z][a-z’'\-]+)[:,]?[ ])(?<![Ll]ot )(?<![Bb]atch )(?<![Ss]erial )"
    r"(?<![Mm]odel )(?<![Oo]rder )(?<![Cc]ode: )(?<![Rr]ef )(?<![Pp]art )(?<![Nn]umber )(?<![Vv]ersion )$"
)


def postcodes(text: str, folded: str) -> Iterator[Span]:
    """Find postcodes by the shape and the area letters; run together and lower case too."""
    for m in POSTCODE.finditer(folded):
        area, district, gap, _figure, unit = m.groups()
        if area not in AREAS:
            if (
                gap == " "
                and text[m.start() : m.end()].isupper()
                and IN_ADDRESS.search(text[: m.start()][-40:])
            ):
                yield Span(m.start(), m.end(), "POSTCODE", "check", "pattern", "shape of a postcode", 0.7)
            continue
        upper = text[m.start()].isupper() or "code" in folded[max(0, m.start() - 14) : m.start()]
        if not upper and (
            unit in ("st", "nd", "rd", "th")
            or (not gap and len(area + district) < 3 and folded[m.start() - 1 : m.start()] != ",")
        ):
            continue
        if len(gap) == 1 and gap == "-":
            continue
        yield Span(m.start(), m.end(), "POSTCODE", "sure", "pattern", "postcode", 0.97)
        window = max(0, m.start() - 90)
        above = ABOVE.search(text[window : m.start()])
        if above:
            yield Span(
                window + above.start(1),
                window + above.end(1),
                "ADDRESS",
                "sure",
                "pattern",
                "the lines above a postcode",
                0.9,
            )
    for m in OUTWARD.finditer(folded):
        yield Span(m.start(1), m.end(1), "POSTCODE", "sure", "pattern", "first half of a postcode", 0.9)


def _upper_at(text: str, start: int) -> bool:
    return text[start].isupper()


def streets(doc: Document) -> Iterator[Span]:
    """Find house number + name + thoroughfare word, and named streets without a number."""
    text, folded = doc.text, doc.folded
    lex = lexicon()
    strong = frozenset(STRONG.split("|"))
    for m in STREET.finditer(folded):
        words, kind = m[2], m[3]
        tail = folded[max(0, m.start() - 60) : m.start()]
        at = m.start(2)
        upper = _upper_at(text, m.start(3)) and all(
            text[at + w.start()].isupper() or w.group() in ("the", "of", "on", "and")
            for w in re.finditer(r"[^ ]+", words)
        )
        if YEAR.fullmatch(m[1]) and DATED.search(tail):
            continue  # "29 April 2025, Fenwick House"
        lives = bool(STRONG_LIVES.search(tail) or LEFT_FLAT.search(tail))
        if any(w in STOP_NAME for w in words.split() if w != "the"):
            continue
        if INSTITUTION.match(folded, m.end()):
            continue
        lower_ok = (
            not upper
            and not _upper_at(text, m.start(3))
            and (
                lives
                or (
                    kind in strong
                    and kind
                    not in (
                        "court",
                        "place",
                        "way",
                        "walk",
                        "square",
                        "close",
                        "drive",
                        "row",
                        "st",
                        "dr",
                        "pl",
                        "ct",
                        "gr",
                        "av",
                        "cl",
                    )
                    and not all(lex.get(w, 0) & COMMON for w in words.split())
                )
            )
        )
        lower_ok = lower_ok or (
            not upper
            and kind
            in (
                "street",
                "road",
                "lane",
                "avenue",
                "crescent",
                "terrace",
                "close",
                "drive",
                "gardens",
                "grove",
                "rd",
                "ave",
            )
            and len(words.split()) <= 2
            and not doc.shapes_upper(m.start(2))
        )
        if not (upper or lower_ok):
            continue
        if kind in (
            "house",
            "lodge",
            "hall",
            "cottage",
            "tower",
            "end",
            "bank",
            "bridge",
            "top",
            "gate",
            "market",
            "cross",
        ) and not (lives or upper):
            continue
        yield from _grow(doc, m.start(), m.end(), "sure" if (kind in strong or lives) else "check")
    for m in SINGLE.finditer(folded):
        tail = folded[max(0, m.start() - 60) : m.start()]
        dated = YEAR.fullmatch(m[1]) and DATED.search(tail)
        if not dated and (_upper_at(text, m.end() - len(m[2].split()[-1])) or STRONG_LIVES.search(tail)):
            yield from _grow(doc, m.start(), m.end(), "sure")
    yield from _named_streets(doc)
    for m in HOUSE_AFTER_LIVES.finditer(folded) if doc.vocabulary & LIVING else ():
        start, end = m.span(1)
        words = m[1].split()
        if not any(_upper_at(text, i) for i in (end - len(words[-1]),)):
            continue
        if re.search(r"\b(?:hospital|trust|ward|unit|care home|nursing home|england|scotland|wales)\b", m[1]):
            continue
        if (
            words[0] in ("the",)
            and not _upper_at(text, start)
            and len(words) == 2
            and words[1] in ("area", "community")
        ):
            continue
        more = MORE_PIECE.match(folded, end)
        if (
            more
            and text[more.start(1)].isupper()
            and not doc.flags[doc.index_at(more.start(1))] & (TITLE | JOB | KIN)
        ):
            end = more.end(1)
        yield from _grow(doc, start, end, "sure")
    for m in LIVES_NUMBER.finditer(folded) if doc.vocabulary & LIVING else ():
        if (
            not folded[m.end(1) : m.end(1) + 12]
            .lstrip()
            .startswith(("years", "weeks", "months", "hours", "days", "miles", "minutes"))
        ):
            yield from _grow(doc, m.start(1), m.end(1), "sure")


def _named_streets(doc: Document) -> Iterator[Span]:
    """Find capitalised names of streets that have no number."""
    keys, shapes, text, folded = doc.keys, doc.shapes, doc.text, doc.folded
    for i, kind in enumerate(keys):
        if (
            kind not in NAMED_KINDS
            or shapes[i] != CAP
            or not i
            or text[doc.ends[i] : doc.ends[i] + 2] in ("'s", "’s")
        ):
            continue
        if INSTITUTION.match(folded, doc.ends[i]):
            continue
        first = i
        while (
            first > 0
            and i - first < 3
            and shapes[first - 1] in (CAP, CAPS)
            and doc.gap(first - 1) in (" ", "'s ", "' ", "-")
        ):
            first -= 1
        while first < i and (
            keys[first] in STOP_NAME
            or keys[first] in ("in", "on", "at", "near", "along", "outside", "from", "to")
            or doc.flags[first] & TITLE
        ):
            first += 1
        if first == i or (i - first == 1 and keys[first] in PLAIN_FIRST):
            continue
        if first and doc.flags[first - 1] & TITLE and doc.gap(first - 1).strip(" .") == "":
            continue
        start = doc.starts[first]
        tail = folded[max(0, start - 60) : start]
        sure = bool(STRONG_LIVES.search(tail)) or kind in (
            "street",
            "road",
            "lane",
            "avenue",
            "crescent",
            "terrace",
            "gardens",
            "grove",
            "mews",
            "row",
            "cottages",
        )
        yield from _grow(doc, start, doc.ends[i], "sure" if sure else "check")


HOUSES = frozenset(
    "cottage house lodge farm hall barn manor grange villa bungalow mill rectory vicarage farmhouse cottages court mansions manse caravan convent priory presbytery parsonage forge stables smithy oast oasthouse croft chapel schoolhouse houseboat narrowboat boat hut annexe tower towers".split()
)
LIVING = frozenset("lives live living lived reside resides residing address stays staying".split())
NAMED_KINDS = frozenset((STRONG + "|park|hill|green|way|end|estate|mill|cottage").split("|")) - frozenset(
    "st rd dr pl ct gr av cl ter sq cres ln ave blvd".split()
) | {"road", "rd"}
PLAIN_FIRST = frozenset(
    "the high royal this that care patient nurse staff clinical treatment one two three long short emergency fast nhs our".split()
) - {"high"}


def _grow(doc: Document, start: int, end: int, tier: str) -> Iterator[Span]:
    """Take the flat and house name before the street, and the town up to the postcode after it."""
    start = _grow_left(doc, start)
    end = _grow_right(doc, end)
    yield Span(start, end, "ADDRESS", tier, "pattern", "postal address", 0.93 if tier == "sure" else 0.5)


def _grow_left(doc: Document, start: int) -> int:
    text, folded = doc.text, doc.folded
    for _ in range(3):
        window_start = max(0, start - 48)
        window = folded[window_start:start]
        beside = BESIDE.search(window)
        if beside:
            start = window_start + beside.start(1)
            continue
        flat = LEFT_FLAT.search(window)
        if flat:
            start = window_start + flat.start(1)
            continue
        piece = LEFT_PIECE.search(window)
        if not piece:
            break
        at = window_start + piece.start()
        words = piece.group().strip(" ,\n").split()
        previous = folded[max(0, at - 40) : at]
        starts_ok = text[at].isupper() or (words[0] == "the" and len(words) > 1)
        named = (
            (text[at].isupper() or (words[0] == "the" and text[at + 4 : at + 5].isupper()))
            and (words[0] == "the" or words[-1] in HOUSES)
            and len(words) > 1
            and not previous.rstrip(" ").endswith((" in", " on", " the"))
        )
        opened = (
            previous[-1:] in ("(", "\n", ":")
            and text[at].isupper()
            and not doc.flags[doc.index_at(at)] & (TITLE | KIN)
        )
        if named or (opened and _all_capitals(doc, at, start)):
            start = at
            break
        if not starts_ok or not (
            LEFT_FLAT.search(previous)
            or STRONG_LIVES.search(previous)
            or (re.search(r"[,\n]\s?$", previous) and LEFT_FLAT.search(previous.rstrip(" ,\n") + " "))
        ):
            break
        start = at
    return start


def _all_capitals(doc: Document, start: int, end: int) -> bool:
    """Return whether the words of a piece are written like the name of a house or village, not like a sentence."""
    words = range(doc.index_at(start), doc.index_at(end))
    return 0 < len(words) <= 5 and all(
        doc.shapes[i] in (CAP, CAPS) or doc.keys[i] in SMALL or doc.keys[i].isdigit() for i in words
    )


def _grow_right(doc: Document, end: int) -> int:
    text, folded = doc.text, doc.folded
    more = TAIL_WORD.match(folded, end)
    while more and text[more.start(1)].isupper():
        end = more.end(1)
        more = TAIL_WORD.match(folded, end)
    for _ in range(4):
        outward = OUTWARD_AFTER.match(folded, end)
        if outward and text[outward.start(1)].isupper() and outward[2] in AREAS:
            return outward.end(1)
        m = TOWN_AFTER.match(folded, end)
        if not m or not text[m.start(1)].isupper():
            break
        after = folded[m.end() : m.end() + 12]
        i = doc.index_at(m.start(1))
        line = "\n" in folded[end : m.start(1)]
        listed = (
            not line
            and _all_capitals(doc, m.start(1), m.end(1))
            and not doc.flags[i] & (TITLE | JOB | KIN)
            and not (doc.flags[i] & FIRST and not doc.flags[i] & (PLACE | COMMON))
            and not (doc.flags[i] & COMMON and not doc.flags[i] & (PLACE | WORDNAME))
        )
        if not (
            listed
            or doc.is_place(m[1])
            or POSTCODE.match(after.lstrip(" ,\n"))
            or (
                re.match(r"[ ]?,[ ]?[a-z][\w ]{2,14}[ ]?,?[ ]", after)
                and POSTCODE.search(folded[m.end() : m.end() + 40])
            )
        ):
            break
        end = m.end(1)
    return end


SMALL = frozenset("of the on upon under next by sea nr near in cum le la and our st".split())
BESIDE = re.compile(
    r"((?:rear of|back of|above|adjacent to|opposite|off|c/o|care of|behind|near|nr)[ ](?:the )?)$"
)
TAIL_WORD = re.compile(
    rf"[ ](cottages|flats|north|south|east|west|industrial|trading|caravan|site|marina|{STRONG}|{WEAK})\b(?!['\-])"
)
OUTWARD_AFTER = re.compile(r"[ ]?[,\n]?[ ]?(([a-z]{1,2})\d{1,2}[a-z]?)(?![\w])")
SITE = re.compile(
    rf"(?<![\w])({FLAT}|no\.?[ ]?\d{{1,3}})[ ]?,[ ]({NAMEWORD}(?:[ ]{NAMEWORD}){{0,2}}?)[ ]((?:caravan |mobile home |static |holiday |traveller |gypsy |chalet )?(?:site|park|marina|wharf|moorings|yard|farm|estate|hostel|court|house|buildings|village|lodge|hall|towers?|point|heights))\b"
)
HOUSE_NAMED = re.compile(
    rf"(?<![\w])((?:the )?(?:{NAMEWORD}[ ]){{0,3}}(?:barn|cottage|farm|farmhouse|rectory|manse|vicarage|villa|bungalow|house|lodge|grange|mill|convent|priory|presbytery|parsonage|forge|stables|smithy|toll house|oast|oasthouse|chapel|schoolhouse|old school|houseboat|narrowboat|caravan|croft|mansion|hut))[ ]?,[ ](?=[^\W\d_]|\d)"
)
WELSH = re.compile(
    rf"(?<![\w/.:])({NUMBER}),?[ ]((?:heol|ffordd|stryd|lon|maes|clos|rhodfa|trem|cae|gerddi|tan|pen|bro|llys|parc|bothar|rue|via)[ \-](?:y |yr |'r |-|y-|yr-)?{NAMEWORD}(?:[ ]{NAMEWORD}){{0,2}}?)(?=[ ]?[,.;)\n]|$|[ ][a-z])"
)
BOAT = re.compile(
    rf"\b(?:narrowboat|houseboat|canal boat|barge|caravan|boat)[ ][\"'(]{{0,2}}({NAMEWORD}(?:[ ]{NAMEWORD})?)(?=[ ]?,[ ][^\W\d_]|[\"')])"
)
ROAD_LOWER = re.compile(
    r"\b(?:in|on|at|to|into|down|put|wrote|said|from|along|heard|off|by|near|of)[ ]((?:the )?[a-z']{3,14}(?: [a-z']{3,14})?[ ](?:rd|road|street|avenue|ave|lane|crescent|terrace|gardens))(?![\w'])"
)
ADDRESS_CUE = re.compile(
    r"\b(?:writing from|posted (?:this|it) to|last known(?: address)?|address (?:given|was given|recorded|on file)(?: as| is| was)?|lives? at|living at|lived at|resides at|stays at|staying at|home is|c/o|care of|collected from|picked up from|drop(?:ped)? (?:him|her|them|off) at|called to|sent out to|attended at|went to|taken to|brought from|delivered to|moved to|conveyed from)[ ]?[:,\-]?[ ]?(?=[^\W_])"
)
PIECES = re.compile(
    rf"(?:\d{{1,4}}[a-z]?|{NAMEWORD})(?:[ ](?:{NAMEWORD}|\d{{1,4}}[a-z]?)){{0,4}}(?:[ ]?,[ ](?:\d{{1,4}}[a-z]?[ ])?{NAMEWORD}(?:[ ]{NAMEWORD}){{0,3}}){{1,4}}"
)
SITE_WORDS = frozenset(
    "site park marina wharf moorings yard farm estate hostel court house buildings village lodge hall tower towers point heights".split()
)
WELSH_WORDS = frozenset(
    "heol ffordd stryd lon maes clos rhodfa trem cae gerddi tan pen bro llys parc bothar rue via".split()
)
BOATS = frozenset("narrowboat houseboat canal barge caravan boat".split())
ROADS = frozenset("rd road street avenue ave lane crescent terrace gardens".split())


def houses(doc: Document) -> Iterator[Span]:
    """Find named houses and sites that a village or street follows, and addresses after a word for living somewhere."""
    text, folded = doc.text, doc.folded
    words = doc.vocabulary
    for m in SITE.finditer(folded) if words & SITE_WORDS else ():
        if text[m.start(2)].isupper():
            yield from _grow(doc, m.start(), m.end(), "sure")
    for m in HOUSE_NAMED.finditer(folded) if doc.vocabulary & HOUSES else ():
        start = m.start(1)
        first = doc.index_at(start)
        while (
            first < len(doc)
            and doc.starts[first] < m.end(1)
            and doc.shapes[first] not in (CAP, CAPS)
            and doc.keys[first] != "the"
        ):
            first += 1
        if first >= len(doc) or doc.starts[first] >= m.end(1):
            continue
        start = doc.starts[first]
        last = doc.index_at(m.end(1)) - 1
        end = _grow_right(doc, m.end(1))
        named = doc.keys[first] == "the" or last > first
        if (
            named
            and doc.shapes[last] in (CAP, CAPS)
            and end > m.end(1)
            and _all_capitals(doc, start, m.end(1))
        ):
            yield Span(start, end, "ADDRESS", "check", "pattern", "named house and village", 0.6)
    for m in WELSH.finditer(folded) if words & WELSH_WORDS else ():
        if text[m.start(2)].isupper():
            yield from _grow(doc, m.start(), m.end(), "sure")
    for m in BOAT.finditer(folded) if words & BOATS else ():
        if text[m.start(1)].isupper():
            yield from _grow(doc, m.start(1), m.end(1), "check")
    for m in ADDRESS_CUE.finditer(folded):
        pieces = PIECES.match(folded, m.end())
        if not pieces or not (
            text[m.end()].isupper() or text[m.end()].isdigit() or text[m.end() + 4 : m.end() + 5].isupper()
        ):
            continue
        start, end = m.end(), m.end()
        at = start
        for part in re.split(r"(,)", text[start : pieces.end()]):
            at += len(part)
            if part != "," and not _all_capitals(doc, at - len(part), at):
                break
            end = at if part != "," else end
        held = folded[start:end]
        if "," in held and (
            any(c.isdigit() for c in held) or set(re.split(r"\W+", held)) & (HOUSES | NAMED_KINDS)
        ):
            yield from _grow(doc, start, end, "check")
    for m in ROAD_LOWER.finditer(folded) if words & ROADS else ():
        parts = m[1].split()
        if text[m.start(1) : m.end(1)].islower() and not any(
            lexicon().get(w.replace("'", ""), 0) & COMMON and w not in STREET_WORDS for w in parts[:-1]
        ):
            yield from _grow(doc, m.start(1), m.end(1), "check")


STREET_WORDS = frozenset(
    "queens kings church station park mill school victoria albert green hill bridge north south west east market chapel manor orchard garden spring water river wood forest".split()
)


def find(doc: Document) -> list[Span]:
    """Return every postcode and address."""
    found = [*streets(doc), *houses(doc)]
    if FIGURE.search(doc.folded):
        found += postcodes(doc.text, doc.folded)
    return found
