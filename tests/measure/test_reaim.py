"""Five parts, each with numerator and denominator; not known is never counted as no."""

from hypothesis import given
from hypothesis import strategies as st

from everysite.measure.reaim import adoption, effectiveness, implementation, maintenance, reach
from everysite.measure.scorecard import COLUMNS, ROWS, matrix, needs_narrative, talk_first

AS_OF = "2026-06-02T09:00"
fact = st.fixed_dictionaries(
    {
        "site": st.sampled_from(["BRH", "OGH", "EQG"]),
        "group": st.sampled_from(["nurse", "doctor", None]),
        "joiner": st.booleans(),
        "confirmed": st.sampled_from([True, False, None]),
        "n": st.integers(0, 50),
    }
)


@given(st.lists(fact, max_size=20))
def test_reach_counts_everyone_once_and_keeps_joiners_apart(rows):
    got = reach(rows, AS_OF)
    assert got["yes"] + got["no"] + got["unknown"] == got["denominator"]
    assert got["denominator"] + got["joiners"]["denominator"] == sum(r["n"] for r in rows)
    for groups in got["by"].values():
        assert sum(g["denominator"] for g in groups) == got["denominator"]
        assert sum(g["numerator"] for g in groups) == got["numerator"]
        for group in groups:
            assert group["flagged"] is (
                group["representativeness"] is not None and group["representativeness"] < 0.8
            )


def test_reach_names_the_worst_site_and_the_group_left_behind():
    rows = [
        {"site": "BRH", "group": "nurse", "confirmed": True, "n": 465},
        {"site": "BRH", "group": "nurse", "confirmed": False, "n": 75},
        {"site": "EQG", "group": "night", "confirmed": True, "n": 186},
        {"site": "EQG", "group": "night", "confirmed": None, "n": 100},
    ]
    got = reach(rows, AS_OF)
    assert (got["numerator"], got["denominator"], got["unknown"]) == (651, 826, 100)
    assert got["worst_site"] == "EQG"
    assert [g["name"] for g in got["by"]["group"] if g["flagged"]] == []
    rows.append({"site": "EQG", "group": "night", "confirmed": False, "n": 100})
    assert [g["name"] for g in reach(rows, AS_OF)["by"]["group"] if g["flagged"]] == ["night"]


def test_effectiveness_leaves_out_what_cannot_be_judged_and_says_why():
    rows = [
        {"site": "OGH", "verdict": "improved"},
        {"site": "BRH", "verdict": "no_signal"},
        {"site": "EQG", "verdict": "too_early"},
        {"site": "LLC", "verdict": None, "why": "too few patients"},
    ]
    got = effectiveness(rows, AS_OF)
    assert (got["numerator"], got["denominator"]) == (1, 2)
    assert got["not_judged"] == [
        {"site": "EQG", "why": "too_early"},
        {"site": "LLC", "why": "too few patients"},
    ]


def test_adoption_prints_both_scopes_and_the_reasons():
    rows = [
        {"site": "BRH", "started": True},
        {"site": "OGH", "started": None},
        {"site": "SAH", "started": None, "not_applicable": True, "reason": "no such team"},
    ]
    got = adoption(rows, AS_OF)
    assert (got["numerator"], got["denominator"], got["unknown"], got["in_scope"]) == (1, 2, 1, 3)
    assert got["reasons"] == [{"site": "SAH", "reason": "no such team"}]


def test_implementation_and_maintenance_keep_unknown_apart_from_no():
    rows = [
        {"site": "BRH", "adopted": True, "required": 3, "verified": 3},
        {"site": "OGH", "adopted": True, "required": 3, "verified": 2},
        {"site": "EQG", "adopted": True, "required": 3, "verified": None},
        {"site": "LLC", "adopted": False, "required": 3, "verified": 0},
    ]
    got = implementation(rows, AS_OF)
    assert (got["yes"], got["no"], got["unknown"]) == (1, 1, 1)
    audits = [
        {"site": "BRH", "months": 6, "due": True, "met": True},
        {"site": "OGH", "months": 6, "due": True, "met": None},
        {"site": "EQG", "months": 12, "due": False, "met": None},
    ]
    kept = maintenance(audits, AS_OF)
    assert (kept["yes"], kept["no"], kept["unknown"]) == (1, 0, 1)
    assert kept["not_done"] == ["OGH"]


def icons(variation, assurance):
    return {"icons": {"variation": variation, "assurance": assurance}}


def test_the_talking_order_is_worst_first_and_stable():
    measures = [
        ("steady", icons("common_cause", "pass")),
        ("redesign", icons("common_cause", "fail")),
        ("worrying", icons("concern_high", "hit_and_miss")),
        ("worst", icons("concern_low", "fail")),
        ("trial", icons(None, None)),
    ]
    assert talk_first(measures) == ["worst", "worrying", "redesign", "steady", "trial"]
    assert [name for name, r in measures if needs_narrative(r)] == ["redesign", "worrying", "worst"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["common_cause", "improvement_high", "concern_low", "neutral_high", None]),
            st.sampled_from(["pass", "fail", "hit_and_miss", None]),
        )
    )
)
def test_every_measure_stands_in_exactly_one_cell_of_the_matrix(pairs):
    table = matrix((str(k), icons(*pair)) for k, pair in enumerate(pairs))
    assert tuple(table) == ROWS
    assert all(tuple(row) == COLUMNS for row in table.values())
    assert sorted(int(n) for row in table.values() for names in row.values() for n in names) == list(
        range(len(pairs))
    )
