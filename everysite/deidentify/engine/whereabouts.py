# ruff: noqa: SIM905  (word lists read better as one line)
"""Places nobody claimed: capitals after a word of place, and names that end like a shop, school, church or farm."""

import re
from collections.abc import Iterator

from .document import CAP, CAPS, INITIAL, LOWER, Document
from .narrative import Span
from .words import (
    ABBR,
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
    PLACE,
    RARE,
    TITLE,
    long_places,
)

CUES = frozenset(
    "in from near at to via outside into through towards toward leaving visiting opposite behind across around inside beyond between round off nr by not or via".split()
)
VENUES = frozenset(
    "foods ltd bakery butchers garage motors farm farms docks dock quay beach pier common heath wood woods forest lake reservoir canal stadium arena market precinct centre center gym pool leisure library museum castle abbey priory "
    "cathedral minster barracks camp island club school primary infants juniors infant junior academy college nursery playgroup preschool church chapel mosque temple gurdwara synagogue surgery practice pharmacy chemist chemists dental opticians vets hospital hospice infirmary hostel hotel "
    "inn arms refuge services tavern cafe stores supermarket superstore garages sidings depot factory works mill brewery racecourse speedway showground fairground campsite gardens nurseries crematorium cemetery courthouse gaol jail airfield airport aerodrome marina lock sluice bridge roundabout station halt "
    "boatyard wharf village lido baths theatre cinema bingo hub foodbank shelter almshouses warehouse abattoir packers plant solicitors estates lettings taxis cabs coaches travel buses vineyard stables kennels sanctuary zoo university sixth seminary convent monastery friary temple centre mead holiday resort".split()
)
PLAIN = frozenset(
    "hospital ward unit trust nhs the a an this that our their his her my any every each local community acute general day care home house medical health mental surgical clinical emergency department urgent critical intensive high dependency theatre theatres recovery main old new first second third other "
    "outpatient outpatients inpatient discharge lounge stroke cardiac renal assessment admissions maternity labour delivery antenatal postnatal neonatal paediatric children children's childrens nursing residential respite sheltered primary secondary special treatment diagnostic walk-in minor injuries injury "
    "eye dental fracture pain memory diabetes breast blood test testing vaccination screening sexual birth birthing same regional national royal district county city town borough head office call contact control operations resource education training simulation research library staff doctors "
    "nurses patients patient visitors public private police fire ambulance social children's services adult older people's people learning disability one stop drop primary-care out-of-hours ooh gp nhs england sterile supply estates risk safety quality human resources occupational infection control patient's mortuary bereavement".split()
)
FORCES = frozenset("hmp hmyoi yoi raf hms irc usaf mod hmprison".split())
COLOURS = frozenset(
    "red white blue black green golden royal old three jolly crown kings queens king's queen's dun grey plough chequers".split()
)
BEASTS = frozenset(
    "boar lion hart horse bull cow dog swan bear dragon eagle cock stag fox ram lamb bell anchor ship star sun moon oak tun tuns crown fleece keys horseshoes pigeons cups greyhound cross rose man george fiddler farmers sailor sailors farmer".split()
)
STREETLIKE = frozenset(
    "street road lane avenue drive close way hill green row gate park bridge market church mill station town village bank quay priory abbey castle river fen sea".split()
)
ROAD = re.compile(
    r"\b(?:on|off|along|down|near|up|via|by|from|onto|of|the|junction \d{1,2})(?: the)? ([am]\d{1,4}(?:\(m\))?)(?![\w])"
)
LINK = frozenset("of on the and & upon under le in y yr cum by".split())
BAR = TITLE | JOB | KIN | MONTH | DRUG | FORMAL
WEEK = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday christmas easter ramadan datix excel word teams lorenzo epic english welsh polish god".split()
)


def find(doc: Document, taken: bytearray) -> Iterator[Span]:
    """Find places by what stands before or at the end of them; all are for a person to check."""
    keys, shapes, starts, ends, n = doc.keys, doc.shapes, doc.starts, doc.ends, len(doc)
    shouting = doc.caps_share > 0.45 or sum(1 for s in shapes if s == CAPS) * 2 > n
    lower = doc.caps_share < 0.04
    skip = -1
    for i in range(n):
        k = keys[i]
        if k in CUES and i + 1 < n:
            j = i + 2 if keys[i + 1] == "the" and i + 2 < n else i + 1
            if shapes[j] in (CAP, CAPS) and not taken[starts[j]] and not shouting:
                yield from _run(doc, taken, j, j > i + 1)
            elif (
                lower
                and j + 1 < n
                and shapes[j] == LOWER
                and f"{keys[j]} {keys[j + 1]}" in long_places()
                and not taken[starts[j]]
            ):
                yield _span(starts[j], ends[j + 1], "a town in lower case")
        if i > skip and k in VENUES and shapes[i] == CAP and i and not taken[starts[i]]:
            span = _venue(doc, taken, i)
            if span:
                skip = i
                yield span
        if k in FORCES and i + 1 < n and shapes[i + 1] in (CAP, CAPS) and doc.gap(i) == " ":
            yield _span(starts[i], ends[i + 1], "a base or prison")
        if (
            k in BEASTS
            and i
            and shapes[i] == CAP
            and shapes[i - 1] == CAP
            and keys[i - 1] in COLOURS
            and f"{keys[i - 1]} {k}" not in ("red cross", "blue cross", "george cross", "golden rose")
            and not taken[starts[i]]
        ):
            yield _span(starts[i - 1], ends[i], "a pub")
    if "the" in doc.vocabulary:
        for m in ROAD.finditer(doc.folded):
            yield _span(m.start(1), m.end(1), "a main road")


def _run(doc: Document, taken: bytearray, first: int, article: bool) -> Iterator[Span]:
    keys, flags, shapes, starts, ends, n = doc.keys, doc.flags, doc.shapes, doc.starts, doc.ends, len(doc)
    last = first
    strange = 0
    j = first
    while j < n and j - first < 5:
        if j > first and doc.folded[ends[j - 1] : starts[j]] not in (" ", "-", "'s ", "' "):
            break
        if shapes[j] in (CAP, CAPS, INITIAL):
            f = flags[j]
            if (
                (f & BAR and not f & (PLACE | LAST))
                or keys[j] in WEEK
                or taken[starts[j]]
                or (shapes[j] == CAPS and f & ABBR)
            ):
                break
            strange += keys[j] not in PLAIN and (not f & (COMMON | RARE) or bool(f & (PLACE | LAST)))
            last = j
        elif not (keys[j] in LINK and j > first and j + 1 < n and shapes[j + 1] == CAP):
            break
        j += 1
    else:
        pass
    if j == first:
        return
    words = last - first + 1
    f = flags[first]
    if words == 1:
        if shapes[first] != CAP or keys[first] in PLAIN or f & (DRUG | EPONYM | MAKER) or article:
            return
        if not f & PLACE or (f & COMMON and keys[first - 1] not in ("in", "near", "from", "at")):
            return
        yield _span(starts[first], ends[first], "a town after a word of place")
    elif (
        strange
        and not (shapes[first] == CAPS and shapes[last] == CAPS and words == 2 and flags[last] & ABBR)
        and not any(flags[x] & MAKER for x in range(first, last + 1))
    ):
        yield _span(starts[first], ends[last], "capitals after a word of place")


def _venue(doc: Document, taken: bytearray, head: int) -> Span | None:
    """Return the named shop, school or farm that ends here."""
    keys, flags, shapes, starts, ends = doc.keys, doc.flags, doc.shapes, doc.starts, doc.ends
    first = head
    strange = street = 0
    while first > 0 and head - first < 5:
        p = first - 1
        gap = doc.folded[ends[p] : starts[first]]
        if gap not in (" ", "-", "'s ", "' ", " & ") or (
            shapes[p] not in (CAP, CAPS) and not (keys[p] in LINK and p and shapes[p - 1] == CAP)
        ):
            break
        if (flags[p] & (TITLE | KIN | MONTH | DRUG) and keys[p] not in ("st", "lady", "lord")) or keys[
            p
        ] in WEEK:
            break
        if keys[p] not in PLAIN and keys[p] not in LINK:
            opening = doc.sentence_start(p) and flags[p] & COMMON and not flags[p] & (FIRST | LAST | PLACE)
            if opening and not (first < head and keys[first] in STREETLIKE):
                break
            strange += not flags[p] & COMMON or bool(flags[p] & (PLACE | LAST | FIRST))
            street += keys[p] in STREETLIKE
        elif keys[p] in ("the", "our", "this", "a"):
            break
        first = p
    while first < head and (
        keys[first] in LINK or (keys[first] in PLAIN and doc.sentence_start(first) and not strange)
    ):
        first += 1
    if first == head or not (strange or street) or taken.find(0, starts[first], ends[head]) < 0:
        return None
    end = head
    while end + 1 < len(doc) and keys[end + 1] in VENUES and shapes[end + 1] == CAP and doc.gap(end) == " ":
        end += 1
    return _span(starts[first], ends[end], "named like a place")


def _span(start: int, end: int, why: str) -> Span:
    return Span(start, end, "LOCATION", "check", "pattern", why, 0.5, hint="a nearby town")
