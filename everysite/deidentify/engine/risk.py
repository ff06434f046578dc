# ruff: noqa: SIM905  (word lists read better as one line)
"""How many people still fit what can be read in the final text: a prompt for judgement, not a probability."""

import re
from dataclasses import dataclass

from . import ages, dates
from .fold import fold
from .narrative import Context, Reason, Risk
from .replace import BRACKETS, QUARTERS
from .words import MONTHS, NATIONS

PLACE_PATIENTS = {"ward": 1500.0, "site": 60000.0, "organisation": 120000.0, "network": 480000.0}
RARITY = {"common": 0.05, "uncommon": 0.005, "rare": 0.0005, "first": 0.00005}
TIME = {"day": 1 / 365, "month": 1 / 12, "quarter": 1 / 4, "year": 1.0, "none": 3.0}
BANDS = ("low", "medium", "high")
SMALL = 8.0  # the small-number rule used everywhere else
PUBLIC_BRACKETS = {
    "baby": (0, 3),
    "child": (3, 5),
    "young person": (5, 7),
    "older adult": (10, 12),
    "adult": (7, 10),
}
SEX = frozenset(
    "he she him her his hers himself herself man woman men women male female boy girl lady gentleman mr mrs miss ms husband wife son daughter mother father pregnant pregnancy labour prostate".split()
)
UNIQUE_CUES = frozenset(
    "only ever time first sole twin twins triplet triplets champion record unique never rarest celebrity famous well youngest oldest".split()
)
UNIQUE = re.compile(
    r"\b(?:only|first ever|first time in|the first|sole|twins?|triplets?|champion|record|unique|never before|rarest|celebrity|famous|youngest|oldest|well[ -]known)\b"
)
PUBLIC = re.compile(
    r"\b(?:inquest|coroner|newspaper|the news|in the news|media|facebook|twitter|social media|police appeal|press)\b"
)
HERITAGE_WORDS = frozenset(
    n for n in NATIONS if n not in ("latin", "english", "british", "jersey")
) | frozenset(
    "church mosque temple synagogue gurdwara refugee asylum interpreter farmer teacher vicar priest imam solicitor soldier veteran firefighter policeman mp councillor footballer plumber pilot builder electrician shopkeeper".split()
)
HERITAGE = re.compile(
    r"\b(?:jehovah'?s witness|taxi driver|retired [a-z]+|works as|worked as|police officer by)\b"
)
WORDS = re.compile(r"[a-z]+")
KIN = frozenset(
    "wife husband son daughter mother father mum dad brother sister partner twin cousin uncle aunt grandson granddaughter grandmother "
    "grandfather grandchild grandchildren fiance fiancee widow widower stepson stepdaughter".split()
)
A_RELATIVE = re.compile(r"\brelative [a-z]{1,2}\b")
QUARTER_RE = re.compile("|".join(q.lower() for q in QUARTERS))
MONTH_RE = re.compile(
    r"\b(?:"
    + "|".join(m for m in MONTHS if len(m) > 3 and m not in ("sept",))
    + r")\b(?: (?:19|20)\d\d)?|\b(?:"
    + "|".join(m for m in MONTHS if len(m) <= 4 and m not in ("may", "mar", "sec", "dec"))
    + r") (?:19|20)\d\d\b"
)
MAY = re.compile(r"\b(?:in|of|since|during|until|early|late|mid|last) may\b|\bmay (?:19|20)\d\d\b")
YEAR_RE = re.compile(r"(?<![\d/.:])(?:19|20)\d\d(?![\d/:])")
BRACKET_RE = re.compile(r"(?<![\w.])(?:\d{1,2} to \d{1,2}|over 85)(?![\w])")
BRACKET_NUMBER = {words: number for number, (_, words, _) in enumerate(BRACKETS)}
PUBLIC_AGE_RE = re.compile(r"\b(older adult|young person|adult|child|baby)\b")
WARD = re.compile(
    r"\b(?:a ward|hospital ward|one of our sites|a ward here|theatre|intensive care|emergency department|maternity|nursery|clinic)\b"
)
RARE_DETAIL = re.compile(
    r"\b(?:syndrome|rare|transplant|amputat\w+|tracheostomy|pregnan\w+|overdose|suicid\w+|self[- ]harm|hiv|prison\w*|homeless|transgender|learning disabilit\w+|autis\w+|wheelchair)\b"
)


@dataclass(frozen=True, slots=True)
class Factors:
    """The numbers the score is made of, each with the value that was read."""

    patients: float
    time: str = "none"
    age_share: float = 1.0
    sex: bool = False
    events: float = 0.005
    holders: int | None = None
    raises: int = 0


def expected(factors: Factors) -> float:
    """Return k = P · t · a · s · e, or the holders of a readable job when that is smaller."""
    k = (
        factors.patients
        * TIME[factors.time]
        * factors.age_share
        * (0.5 if factors.sex else 1.0)
        * factors.events
    )
    return min(k, float(factors.holders)) if factors.holders is not None else k


def band(factors: Factors) -> str:
    """Return low from 20 people on, medium from 8 on, else high; one band up for each raise."""
    k = expected(factors)
    base = 0 if k >= 20 else 1 if k >= SMALL else 2
    return BANDS[min(2, base + factors.raises)]


def _time(folded: str, vocabulary: frozenset[str]) -> tuple[str, str]:
    found = [s for s in dates.find(folded, folded, vocabulary) if s.hint not in ("stay", "time")]
    if any(s.value and s.value[0] for s in found) or any(s.hint == "named" for s in found):
        return "day", "an exact day"
    without = QUARTER_RE.sub(" ", folded)
    if vocabulary & dates.MONTH_WORDS and (MONTH_RE.search(without) or MAY.search(without)):
        return "month", "a month"
    if QUARTER_RE.search(folded):
        return "quarter", "a quarter of a year"
    if YEAR_RE.search(folded):
        return "year", "a year"
    return "none", "no date"


def _age(folded: str, context: Context, vocabulary: frozenset[str]) -> tuple[float, str]:
    shares = dict(context.age_shares)
    each = [shares.get(words, 1 / 12) for _, words, _ in BRACKETS]
    best: tuple[float, str] = (1.0, "")
    hidden = folded
    for m in BRACKET_RE.finditer(folded):
        words = m.group()
        if words not in BRACKET_NUMBER:
            continue
        number = BRACKET_NUMBER[words]
        if words in ("1 to 4", "5 to 9", "1 to 11", "0 to 14", "15 to 28", "10 to 15") and not re.search(
            r"(?:aged?|age group,?|old|\() ?$|years? old|months? old|days? old",
            folded[max(0, m.start() - 12) : m.start()] + folded[m.end() : m.end() + 10],
        ):
            continue
        if each[number] < best[0]:
            best = (each[number], words)
        hidden = hidden[: m.start()] + " " * (m.end() - m.start()) + hidden[m.end() :]
    for m in PUBLIC_AGE_RE.finditer(folded):
        low, high = PUBLIC_BRACKETS[m[1]]
        share = min(1.0, sum(each[low:high]))
        if share < best[0]:
            best = (share, m[1])
    for span in ages.find(hidden, hidden, vocabulary):
        days = float(span.value[0])  # type: ignore[arg-type]
        number = next(i for i, (upper, _, _) in enumerate(BRACKETS) if days < upper)
        share = each[number] / 20
        if share < best[0]:
            best = (share, "an exact age")
    return best


def residual_risk(safe_text: str, *, audience: str = "network", context: Context | None = None) -> Risk:
    """Return the remaining risk of the final text for the audience, with a reason in words for every factor."""
    context = context or Context()
    folded = fold(safe_text)
    level = context.place_level if context.place_level in PLACE_PATIENTS else "network"
    patients = context.patients_per_year if context.patients_per_year is not None else PLACE_PATIENTS[level]
    network = context.network_patients_per_year or patients
    vocabulary = frozenset(WORDS.findall(folded))
    share, age_words = _age(folded, context, vocabulary)
    time, time_words = _time(folded, vocabulary)
    heritage = bool(vocabulary & HERITAGE_WORDS or HERITAGE.search(folded))
    sex = bool(vocabulary & SEX)
    family = bool(vocabulary & KIN) or ("relative" in vocabulary and bool(A_RELATIVE.search(folded)))
    yearly = context.events_per_year
    counted = yearly is not None and yearly * 3 >= 8 and network > 0
    events = RARITY.get(context.rarity, RARITY["uncommon"])
    if yearly is not None and counted:
        events = min(1.0, yearly / network)
    holders = [
        (role, n)
        for role, n in context.role_holders
        if re.search(rf"(?<!\w){re.escape(fold(role))}(?!\w)", folded)
    ]
    reasons = [
        Reason(
            "place",
            level,
            float(patients),
            f"About {patients:,.0f} patients a year at the smallest place that can still be recognised ({level}).",
        ),
        Reason(
            "time",
            time_words,
            TIME[time],
            {
                "day": "An exact day can be read.",
                "month": "The month can be read.",
                "quarter": "The quarter of the year can be read.",
                "year": "Only the year can be read.",
                "none": "No date can be read; we count three years.",
            }[time],
        ),
    ]
    reasons.append(
        Reason(
            "age",
            age_words or "none",
            share,
            f"The age leaves about 1 patient in {max(1, round(1 / share)) if share else 0}."
            if age_words
            else "No age can be read.",
        )
    )
    reasons.append(
        Reason(
            "sex",
            "read" if sex else "not read",
            0.5 if sex else 1.0,
            "The text shows the person's sex: 1 in 2." if sex else "The text does not show the person's sex.",
        )
    )
    reasons.append(
        Reason(
            "event",
            "own records" if counted else context.rarity,
            events,
            f"An event of this kind happens to about 1 patient in {max(1, round(1 / events)):,}."
            if events
            else "No such event is on record.",
        )
    )
    raises = 0
    for factor, hit, words in (
        (
            "known publicly",
            context.known_publicly or bool(PUBLIC.search(folded)),
            "The event may be known from news, an inquest or social media.",
        ),
        (
            "unique",
            bool(vocabulary & UNIQUE_CUES and UNIQUE.search(folded)),
            "A word says that this was the only or first of its kind.",
        ),
        ("background", heritage, "Heritage, faith, language or work can be read."),
        ("family", family, "Details of the family can be read."),
    ):
        if hit:
            raises += 1
            reasons.append(Reason(factor, "yes", 1.0, words))
    details = (
        (time != "none")
        + bool(age_words)
        + sex
        + bool(WARD.search(folded))
        + family
        + bool(RARE_DETAIL.search(folded))
        + heritage
    )
    if details >= 4:
        raises += 1
        reasons.append(
            Reason(
                "many details",
                str(details),
                1.0,
                f"{details} details stand together; each makes the others more telling.",
            )
        )
    fewest = min((n for _, n in holders), default=None)
    for role, n in holders:
        reasons.append(
            Reason(
                "job",
                role,
                float(n),
                f"{n} {'person holds' if n == 1 else 'people hold'} the job “{role}” at this place.",
            )
        )
    factors = Factors(float(patients), time, share, sex, events, fewest, raises)
    return Risk(band(factors), round(expected(factors), 4), tuple(reasons))
