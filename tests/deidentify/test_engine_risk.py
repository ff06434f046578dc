"""How many people still fit: the worked examples and the laws."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.deidentify.engine import Context, residual_risk
from everysite.deidentify.engine.risk import BANDS, TIME, Factors, band, expected

FACTORS = st.builds(
    Factors,
    st.floats(1, 1e7),
    st.sampled_from(sorted(TIME)),
    st.floats(0.001, 1.0),
    st.booleans(),
    st.floats(1e-6, 1.0),
    st.none() | st.integers(0, 500),
    st.integers(0, 3),
)
ORDER = sorted(TIME, key=lambda t: TIME[t])


def test_the_worked_examples_come_out_as_written() -> None:
    high = Factors(60_000, "month", 0.30, True, 0.001)
    low = Factors(480_000, "quarter", 0.30, False, 0.001)
    assert (expected(high), band(high)) == (pytest.approx(0.75), "high")
    assert (expected(low), band(low)) == (pytest.approx(36.0), "low")


@pytest.mark.parametrize(("k", "words"), [(20.0, "low"), (19.99, "medium"), (8.0, "medium"), (7.99, "high")])
def test_the_bands_begin_at_eight_and_twenty(k: float, words: str) -> None:
    assert band(Factors(k, "year", 1.0, False, 1.0)) == words


@given(FACTORS)
def test_making_any_factor_coarser_never_raises_the_band(factors: Factors) -> None:
    for coarser in (
        replace(factors, patients=factors.patients * 3),
        replace(factors, age_share=min(1.0, factors.age_share * 2)),
        replace(factors, sex=False),
        replace(factors, events=min(1.0, factors.events * 5)),
        replace(factors, time=ORDER[min(len(ORDER) - 1, ORDER.index(factors.time) + 1)]),
        replace(factors, holders=None),
    ):
        assert BANDS.index(band(coarser)) <= BANDS.index(band(factors))


@given(FACTORS)
def test_adding_a_detail_or_a_smaller_place_never_lowers_the_band(factors: Factors) -> None:
    for finer in (
        replace(factors, raises=factors.raises + 1),
        replace(factors, sex=True),
        replace(factors, patients=factors.patients / 4),
        replace(factors, holders=1),
    ):
        assert BANDS.index(band(finer)) >= BANDS.index(band(factors))


BASE = "A drug was given late."
DETAILS = (
    "It was in May 2025.",
    "He was there.",
    "The person was aged 46 to 65.",
    "The wife was told.",
    "This was the only case.",
    "The Polish interpreter came.",
    "It was in the news.",
)


@given(
    st.lists(st.sampled_from(DETAILS), unique=True),
    st.sampled_from(DETAILS),
    st.sampled_from(["common", "uncommon", "rare", "first"]),
)
def test_a_text_with_one_more_detail_is_never_in_a_lower_band(
    some: list[str], more: str, rarity: str
) -> None:
    context = Context(rarity=rarity)
    before = residual_risk(" ".join([BASE, *some]), context=context)
    after = residual_risk(" ".join([BASE, *some, more]), context=context)
    assert BANDS.index(after.band) >= BANDS.index(before.band)


@pytest.mark.parametrize(
    ("finer", "coarser"),
    [
        ("5 May 2025", "May 2025"),
        ("May 2025", "between April and June 2025"),
        ("between April and June 2025", "2025"),
        ("aged 50", "aged 46 to 65"),
        ("aged 46 to 65", "an adult"),
    ],
)
def test_a_coarser_wording_is_never_in_a_higher_band(finer: str, coarser: str) -> None:
    for rarity in ("common", "uncommon", "rare", "first"):
        context = Context(rarity=rarity)
        a, b = (residual_risk(f"It broke, {words}, at last.", context=context) for words in (finer, coarser))
        assert b.k >= a.k
        assert BANDS.index(b.band) <= BANDS.index(a.band)


def test_own_records_count_only_from_eight_events_in_three_years() -> None:
    few = residual_risk(BASE, context=Context(patients_per_year=1000, events_per_year=2))
    many = residual_risk(BASE, context=Context(patients_per_year=1000, events_per_year=3))
    values = [next(r for r in risk.reasons if r.factor == "event").value for risk in (few, many)]
    assert values == ["uncommon", "own records"]


def test_a_readable_job_with_few_holders_makes_the_number() -> None:
    risk = residual_risk(
        "The ward pharmacist was told.",
        context=Context(role_holders=(("ward pharmacist", 2),), rarity="common"),
    )
    assert (risk.k, risk.band) == (2.0, "high")


def test_every_factor_gives_a_reason_in_words() -> None:
    risk = residual_risk(
        "He was aged 46 to 65 in May 2025. His wife said it was the only one.",
        context=Context(known_publicly=True),
    )
    assert {"place", "time", "age", "sex", "event", "known publicly", "unique", "family", "many details"} == {
        r.factor for r in risk.reasons
    }
    assert all(r.text.endswith(".") and len(r.text) > 10 for r in risk.reasons)
