# ruff: noqa: SIM905  (word lists read better as one line)
"""Places that are not on the network's list: hospitals, homes, surgeries, schools, towns, wards."""

import re
from collections.abc import Iterator

from .document import CAP, CAPS, INITIAL, LOWER, Document
from .narrative import Span
from .words import (
    COMMON,
    DRUG,
    EPONYM,
    FIRST,
    FORMAL,
    JOB,
    KIN,
    LAST,
    MAKER,
    MONTH,
    NATION,
    ORG,
    PLACE,
    TITLE,
    UNCOMMON,
    WORD,
    WORDNAME,
    long_places,
)

HEADS = {
    "hospital": "another hospital",
    "hospitals": "other hospitals",
    "infirmary": "another hospital",
    "hospice": "a hospice",
    "surgery": "a GP surgery",
    "clinic": "a clinic",
    "school": "a school",
    "academy": "a school",
    "college": "a college",
    "university": "a university",
    "nursery": "a nursery",
    "church": "a place of worship",
    "mosque": "a place of worship",
    "temple": "a place of worship",
    "prison": "a prison",
    "pharmacy": "a pharmacy",
    "council": "a council",
    "trust": "another organisation",
    "ward": "a ward",
    "suite": "a ward",
    "unit": "a unit",
    "practice": "a GP surgery",
    "constabulary": "the police",
    "police": "the police",
    "airport": "an airport",
    "hotel": "a hotel",
    "station": "a station",
    "supermarket": "a shop",
    "pub": "a pub",
    "lodge": "a care home",
    "grange": "a care home",
    "manor": "a care home",
    "primary": "a school",
    "infants": "a school",
    "juniors": "a school",
    "grammar": "a school",
    "comprehensive": "a school",
    "chemist": "a pharmacy",
    "chemists": "a pharmacy",
    "dental": "a dental surgery",
    "dentist": "a dental surgery",
    "opticians": "an optician's",
    "tavern": "a pub",
    "arms": "a pub",
    "inn": "a pub",
    "library": "a library",
    "gurdwara": "a place of worship",
    "synagogue": "a place of worship",
    "chapel": "a place of worship",
    "cathedral": "a place of worship",
    "abbey": "a place of worship",
    "priory": "a place of worship",
    "convent": "a place of worship",
    "hostel": "a hostel",
    "refuge": "a refuge",
    "leisure": "a sports centre",
    "gym": "a sports centre",
    "barracks": "a barracks",
    "brewery": "a place of work",
    "works": "a place of work",
    "garage": "a place of work",
    "centre": "a centre",
    "stadium": "a stadium",
    "castle": "a nearby place",
    "market": "a nearby place",
    "docks": "a nearby place",
    "sluice": "a nearby place",
    "common": "a nearby place",
    "moor": "a nearby place",
    "forest": "a nearby place",
    "beach": "a nearby place",
    "island": "a nearby place",
    "railway": "a station",
}
#: Kinds of places whose word often stands with a capital for other reasons: they only need a look.
CHECKED_HEADS = frozenset(
    "primary infants juniors grammar comprehensive dental arms works leisure centre castle market common moor forest beach island railway garage docks sluice".split()
)
TWO = {
    ("care", "home"): "a care home",
    ("nursing", "home"): "a care home",
    ("residential", "home"): "a care home",
    ("care", "centre"): "a care home",
    ("medical", "centre"): "a GP surgery",
    ("health", "centre"): "a GP surgery",
    ("medical", "practice"): "a GP surgery",
    ("group", "practice"): "a GP surgery",
    ("dental", "practice"): "a dental surgery",
    ("health", "service"): "a health service",
    ("nhs", "trust"): "another organisation",
    ("foundation", "trust"): "another organisation",
    ("ambulance", "service"): "the ambulance service",
    ("primary", "school"): "a school",
    ("high", "school"): "a school",
    ("secondary", "school"): "a school",
    ("county", "council"): "a council",
    ("borough", "council"): "a council",
    ("city", "council"): "a council",
    ("day", "centre"): "a day centre",
    ("community", "centre"): "a community centre",
    ("community", "hospital"): "another hospital",
    ("general", "hospital"): "another hospital",
    ("railway", "station"): "a station",
    ("walk-in", "centre"): "a walk-in centre",
    ("treatment", "centre"): "a treatment centre",
    ("health", "board"): "another organisation",
    ("retirement", "village"): "a care home",
    ("court", "nursing"): "a care home",
    ("sports", "centre"): "a sports centre",
    ("police", "station"): "a police station",
    ("leisure", "centre"): "a sports centre",
}
MIDDLE = frozenset(
    "royal general community district county university memorial cottage nhs foundation and of the st saint st. nursing residential care medical health teaching hospitals hospital court house lodge grange manor primary secondary high day group dental mental ambulance school road street lane park view hill green children's childrens women's elderly partnership integrated city borough state free acute".split()
)
GENERIC = frozenset(
    "the a an this that our their his her another any each every local nearby general acute community district county university teaching private nhs main host referring receiving same other emergency walk-in "
    "day out surgical medical elderly stroke cardiac renal care high dependency intensive coronary neonatal paediatric children's childrens maternity labour delivery antenatal postnatal postoperative respiratory "
    "orthopaedic trauma oncology haematology gynaecology urology vascular assessment admissions discharge recovery theatre outpatient outpatients inpatient mental health psychiatric forensic secure rehabilitation rehab short stay "
    "birth birthing burns spinal renal dialysis endoscopy imaging eye dental diabetes pain memory fracture anticoagulation warfarin chest breast hip falls gp minor injuries injury sexual physio day-case discharge "
    "pre-assessment preassessment virtual isolation escalation winter covid medicine surgery frailty gastro cardiology neurology neuro liver transplant infectious diseases adult adults critical "
    "primary secondary tertiary urgent early open closed male female mixed side single admission step-down step down busy whole entire that's care nursing residential foundation sub acute special baby ambulatory clinical decision observation high-dependency".split()
)
TOWN_CUE = frozenset(
    "in from near at to of via outside leaving visited visiting towards around between flew".split()
)
NUMBERED = frozenset("ward wards wd bay".split())


def find(doc: Document, claimed: bytearray) -> Iterator[Span]:
    """Find named places in the kinds of words that end their names, and towns on the list."""
    keys, shapes, flags, starts, ends, text = doc.keys, doc.shapes, doc.flags, doc.starts, doc.ends, doc.text
    n = len(doc)
    calm = doc.caps_share < 0.03
    yield from named(doc)
    for i in range(n):
        k = keys[i]
        if k in HEADS and (
            shapes[i] == CAP
            or (
                k in ("hospital", "surgery", "ward", "practice", "hospice", "infirmary", "school")
                and shapes[i] == LOWER
            )
        ):
            yield from _institution(doc, i, i, HEADS[k], claimed)
        if i + 1 < n and (k, keys[i + 1]) in TWO:
            yield from _institution(doc, i, i + 1, TWO[k, keys[i + 1]], claimed)
        if (
            k in NUMBERED
            and i + 1 < n
            and (
                keys[i + 1][:1].isdigit() or (len(keys[i + 1]) <= 3 and any(c.isdigit() for c in keys[i + 1]))
            )
            and ends[i] + 1 == starts[i + 1]
        ):
            if k == "bay":
                continue
            if len(keys[i + 1]) <= 4 and (shapes[i] == CAP or not keys[i + 1].isdigit() or k == "ward"):
                nxt = keys[i + 2] if i + 2 < n else ""
                if (
                    nxt
                    not in (
                        "bedded",
                        "hours",
                        "days",
                        "patients",
                        "staff",
                        "beds",
                        "nurses",
                        "times",
                        "weeks",
                    )
                    and text[ends[i + 1] : ends[i + 1] + 1] != "/"
                ):
                    yield Span(
                        starts[i],
                        ends[i + 1],
                        "LOCATION",
                        "sure",
                        "pattern",
                        "ward number",
                        0.85,
                        hint="ward",
                    )
        if flags[i] & PLACE and shapes[i] in (CAP, CAPS) and claimed[starts[i]] == 0:
            yield from _town(doc, i)
        if (
            calm
            and flags[i] & PLACE
            and shapes[i] == LOWER
            and len(k) > 4
            and not flags[i]
            & (FIRST | LAST & ~UNCOMMON | WORD | WORDNAME | DRUG | EPONYM | MAKER | NATION | MONTH | JOB)
            and i
            and (keys[i - 1] in TOWN_CUE or doc.gap(i - 1) == ", ")
            and claimed[starts[i]] == 0
        ):
            yield Span(
                starts[i],
                ends[i],
                "LOCATION",
                "check",
                "dictionary",
                "a town in lower case",
                0.5,
                hint="a nearby town",
            )
        if k == "hmp" and shapes[i] == CAPS and i + 1 < n and shapes[i + 1] == CAP:
            yield Span(starts[i], ends[i + 1], "LOCATION", "sure", "pattern", "prison", 0.9, hint="a prison")
        if shapes[i] == CAP and i + 1 < n and shapes[i + 1] == CAP:
            two = f"{k} {keys[i + 1]}"
            if two in long_places() and two not in ("united kingdom", "great britain"):
                yield Span(
                    starts[i],
                    ends[i + 1],
                    "LOCATION",
                    "check",
                    "dictionary",
                    "a town or country on the list",
                    0.6,
                    hint="a nearby town",
                )


PUB = re.compile(
    r"\b(?:[Tt]he|[Tt]h'|[Tt]he old) ((?:[A-Z][\w'’]+ (?:and|&|n|'n'|an') [A-Z][\w'’]+)|[A-Z][\w'’]+ (?:Tavern|Arms|Inn|Head|Bell|Oak|Lion|Swan|Horse|Bull|Anchor|Plough|Crown|Ship|Wheatsheaf|Hotel|Club|Legion|Social|Vaults|Bar|Cafe|Café|Stores|Hart|Stag|Fox|Cock|Dolphin|Duke|Rose|Star|Sun|Moon|Elephant|Oyster|Feathers))(?![\w])"
)
SAINT = re.compile(
    r"\b(?:St\.?|Saint|ST\.?|SAINT) ([A-Z][\w]+(?:['’]?[sS])?(?: (?:and|&) St\.? [A-Z]\w+(?:['’]s)?)?(?: (?:the|of|in|on)(?: the)? [A-Z]\w+)?)(?![\w])"
)
CHURCH = re.compile(
    r"\b((?:Holy (?:Trinity|Cross|Family|Rood|Innocents|Name)|All (?:Saints|Souls|Hallows)|Sacred Heart|Christ Church|Our Lady(?: of [A-Z]\w+(?: [A-Z]\w+)?| and [A-Z]\w+(?: [A-Z]\w+)?)?|Corpus Christi|Immaculate Conception|Church of [A-Z]\w+(?: [A-Z]\w+)?|Good Shepherd))(?:['’]s)?(?= (?:in|at|church|Church)|, [A-Z]|[.,;)]|$|\n)"
)
HOUSE_PLURAL = re.compile(
    r"\b[Tt]he ((?:Old |New )?(?:Gables|Larches|Limes|Laurels|Firs|Beeches|Cedars|Poplars|Elms|Willows|Chestnuts|Hollies|Oaks|Pines|Sycamores|Maples|Orchards?|Grange|Manor|Lodge|Rectory|Manse|Vicarage|Paddocks?|Meadows|Rowans|Birches|Hawthorns|Acacias|Lindens|Mount|Croft|Haven|Conifers|Rookery|Spinney|Coppice|Dell|Towers|Pastures|Hawthorns|Magnolias?|Lilacs|Poppies|Heathers|Brambles|Ferns|Ivies|Mulberries|Glebe|Mews|Moorings|Maltings|Ridings|Wharf|Wherry|Priory|Bungalow|Gardens|Acorns|Nook|Briars|Knoll|Knowle|Shires|Dales|Fells|Cliffs|Beacon|Lighthouse))\b(?!['’])"
)
OWNED_PLACE = re.compile(
    r"\b(?:at|to|from|in|near|via) ([A-Z][a-z]{3,14}['’]s)(?=[,.;:)\n]|$| (?:for|on|in|where|with|by|this|last|until|and|but|after|A&E|ED|hospital|ICU|ITU|team|renal|neuro|trauma|cardiac)\b)"
)
SHOPS = frozenset(
    "tesco tescos asda aldi lidl sainsburys sainsbury morrisons waitrose boots greggs mcdonalds mcdonald costa starbucks wetherspoons spoons nandos argos superdrug primark wilko poundland iceland spar b&q ikea wickes screwfix halfords kfc subway timpsons specsavers homebase currys matalan dunelm farmfoods londis budgens nisa costcutter coop".split()
)
PREFIXED = re.compile(
    r"\b(?:in|from|at|to|near|of|outside|via|towards|through|leaving|,) ((?:Great|Little|Nether|Upper|Lower|Market|Long|Kings|Bishops|Abbots|Port|Castle|Church|Much|Stoke|Monks|Temple|Chipping|Isle of|Mount|Fort|Ab|Sutton|East|West|North|South|New|Old|High|Low|Llan\w*|Aber\w*|Tre\w+|Pen\w+|Pont\w*|Kil\w+|Bally\w*|Inver\w*|Auch\w+)(?: (?:of|on|in|le|y|yr|upon|under|by))?(?: [A-Z][a-z]{2,14}))(?![\w'’])"
)
NOT_SAINT = re.compile(
    r"(?:['’]s)? (?:[Dd]ay|[Ee]ve|[Nn]ight|[Jj]ohn [Aa]mbulance|elevation|segment|depression|changes)|(?:['’]s)?-(?:[Dd]ay)"
)


def named(doc: Document) -> Iterator[Span]:
    """Find pubs, churches, houses, shops and villages by the way their names are made."""
    text = doc.text
    for pattern, kind, group in (
        (PUB, "a pub", 1),
        (CHURCH, "a place of worship", 1),
        (HOUSE_PLURAL, "a care home", 1),
        (OWNED_PLACE, "another hospital", 1),
        (PREFIXED, "a nearby town", 1),
        (SAINT, "another hospital", 0),
    ):
        for m in pattern.finditer(text):
            start, end = m.span(group)
            if pattern is SAINT and (
                NOT_SAINT.match(text, end)
                or m[1].lower() in ("depression", "elevation", "segment", "changes", "helens")
            ):
                continue
            i = doc.index_at(start)
            if (
                pattern is OWNED_PLACE
                and doc.flags[i] & (FIRST | KIN | JOB | MONTH)
                and doc.keys[i] not in OWN_HOSPITALS
            ):
                continue
            if (
                pattern is PREFIXED
                and i + 1 < len(doc)
                and doc.flags[doc.index_at(end) - 1] & (TITLE | JOB | KIN | MONTH | FORMAL | ORG)
            ):
                continue
            yield Span(start, end, "LOCATION", "check", "pattern", "named like a place", 0.6, hint=kind)
    for i, k in enumerate(doc.keys) if doc.vocabulary & SHOPS else ():
        if k in SHOPS and doc.shapes[i] in (CAP, CAPS) and i and doc.keys[i - 1] in (*TOWN_CUE, "local"):
            yield Span(
                doc.starts[i], doc.ends[i], "LOCATION", "check", "dictionary", "a shop", 0.6, hint="a shop"
            )


OWN_HOSPITALS = frozenset(
    "addenbrooke guy bart queen king george papworth jimmy thomas bartholomew luke peter mary helier raigmore stobhill gartnavel".split()
)


def _institution(doc: Document, head: int, last: int, kind: str, claimed: bytearray) -> Iterator[Span]:
    keys, shapes, starts, ends = doc.keys, doc.shapes, doc.starts, doc.ends
    first = head
    named = 0
    while first > 0 and head - first < 6:
        gap = doc.folded[ends[first - 1] : starts[first]]
        if gap not in (" ", "-", "'s ", "' ", ". ", "s' ", "'s-") or (
            gap == ". " and keys[first - 1] != "st"
        ):
            break
        p = first - 1
        if (
            keys[p] in ("of", "the", "and", "for")
            and shapes[p] == LOWER
            and named
            and p > 0
            and shapes[p - 1] == CAP
        ):
            first = p
            continue
        if shapes[p] not in (CAP, CAPS) or (
            shapes[p] == CAPS and len(keys[p]) <= 4 and keys[p] not in ("nhs", "st")
        ):
            break
        if doc.flags[p] & (TITLE | JOB | KIN | MONTH) and keys[p] not in (
            "st",
            "nursing",
            "lady",
            "lord",
            "care",
            "charge",
            "sr",
            "bank",
            "major",
        ):
            break
        if (
            keys[p] not in GENERIC
            and keys[p] not in MIDDLE
            and not (
                doc.sentence_start(p)
                and doc.flags[p] & COMMON
                and not doc.flags[p] & (FIRST | LAST | PLACE | WORDNAME)
            )
        ):
            named += 1
        elif (doc.sentence_start(p) and keys[p] not in MIDDLE) or keys[p] in (
            "the",
            "our",
            "this",
            "a",
            "each",
            "her",
            "his",
            "their",
        ):
            break
        first = p
    if not named:
        return
    while first < head and (keys[first] in ("of", "and", "for") or keys[first] in ("the",)):
        first += 1
    end = last
    n = len(doc)
    # "Hospital NHS Foundation Trust", "Hospital of Saint Cross"
    while (
        end + 1 < min(n, last + 7)
        and doc.folded[ends[end] : starts[end + 1]] == " "
        and (
            keys[end + 1]
            in (
                "nhs",
                "foundation",
                "trust",
                "hospital",
                "hospitals",
                "trusts",
                "practice",
                "surgery",
                "board",
                "home",
                "centre",
            )
        )
        and shapes[end + 1] in (CAP, CAPS)
    ):
        end += 1
    lower = shapes[head] == LOWER
    if (lower and keys[head] not in ("hospital", "hospice", "infirmary")) or keys[head] in CHECKED_HEADS:
        tier = "check"
    else:
        tier = "sure"
    yield Span(
        starts[first],
        ends[end],
        "LOCATION",
        tier,
        "pattern",
        "named place",
        0.85,
        hint="ward" if kind in ("a ward",) else kind,
    )


def _town(doc: Document, i: int) -> Iterator[Span]:
    keys, shapes, flags = doc.keys, doc.shapes, doc.flags
    f = flags[i]
    n = len(doc)
    before = keys[i - 1] if i else ""
    after = keys[i + 1] if i + 1 < n else ""
    if (
        f & (DRUG | EPONYM | MAKER | NATION | MONTH | TITLE | JOB | FORMAL)
        or keys[i]
        in (
            "bath",
            "reading",
            "hospital",
            "wales",
            "england",
            "scotland",
            "ireland",
            "britain",
            "uk",
        )
    ) and not (before in ("in", "from", "to", "flew") and f & EPONYM and not f & (DRUG | MONTH)):
        return
    if i + 1 < n and shapes[i + 1] in (CAP, INITIAL) and doc.gap(i) == " " and not flags[i + 1] & PLACE:
        return
    if i and flags[i - 1] & (TITLE | JOB | KIN) and doc.gap(i - 1).strip() in ("", "."):
        return
    if (
        i
        and shapes[i - 1] in (CAP, INITIAL)
        and doc.gap(i - 1) in (" ", ". ", "-")
        and not doc.sentence_start(i - 1)
    ):
        return
    cue = before in TOWN_CUE and before not in ("to", "of", "at", "between", "via", "around")
    if f & (FIRST | LAST | WORD):
        going = before in ("to", "at", "via", "around") and not f & WORD and shapes[i] == CAP
        if (cue or going) and not f & FIRST and after not in ("who", "said"):
            yield Span(
                doc.starts[i],
                doc.ends[i],
                "LOCATION",
                "check",
                "dictionary",
                "a town on the list after a word of place",
                0.6,
                hint="a nearby town",
            )
        return
    yield Span(
        doc.starts[i],
        doc.ends[i],
        "LOCATION",
        "sure" if cue else "check",
        "dictionary",
        "a town or country on the list",
        0.8 if cue else 0.5,
        hint="a nearby town",
    )
