"""The library of measures: looking, the starter set, and a change of definition that the charts mark."""

from datetime import UTC, date, datetime

import pytest

from everysite.base import clock
from everysite.measure.models import Definition, Measure
from everysite.measure.readers import PART_OF_WHOLE
from everysite.measure.services import KINDS, FigureRefused, definitions
from everysite.measure.services.refusals import NotYours
from everysite.measure.starter import starter_set
from tests.act.issued import issued
from tests.web.measured import measured
from tests.web.test_actions import signed_in

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
CHANGE = "/measures/M1/definition/change/"


@pytest.fixture(autouse=True)
def in_june(clock_at_noon):
    with clock.stopped(JUNE):
        yield


@pytest.fixture
def live(world, noon):
    measured(world, issued(world, noon), JUNE)
    return world


def text(answer) -> str:
    return answer.content.decode().replace("&#39;", "'")


def words(**changed):
    measure = Measure.objects.get(code="M1")
    now = {name: getattr(measure, name) for name in definitions.PARTS}
    return {**now, "number": str(measure.definition), "meaning": "no", "why": "", **changed}


def test_the_starter_set_is_whole_and_names_its_sources():
    found = starter_set()
    assert len(found) >= 15
    assert len({one.code for one in found}) == len(found)
    for one in found:
        assert one.kind in KINDS
        assert one.period in ("week", "month")
        assert one.role in ("process", "effect", "balancing")
        assert one.direction in ("increase", "decrease")
        assert all((one.purpose, one.how, one.source, one.numerator)), one.code
        assert one.denominator or one.kind not in (*PART_OF_WHOLE, "rate"), one.code
        for name, longest in definitions.LONGEST.items():
            assert len(getattr(one, name)) <= longest


def test_a_measure_of_the_starter_set_is_taken_over_once(live):
    client = signed_in(live, "Ishani")
    assert "Clot risk checked on admission" in text(client.get("/measures/library/"))
    for _ in range(2):
        where = client.post("/measures/library/VTE-RISK/take/").url
    page = text(client.get(where))
    assert "NICE guideline NG89" in page
    assert Measure.objects.filter(code="VTE-RISK").count() == 1
    assert "Take over: Clot risk" not in text(client.get("/measures/library/"))
    assert client.post("/measures/library/NOTHING/take/").status_code == 404
    assert signed_in(live, "Dimitri").post("/measures/library/HAND/take/").status_code == 404


@pytest.mark.parametrize(
    ("find", "there"), [("scan", True), ("zebra", False), ("lung hours", True), ("%_'\"", False)]
)
def test_the_library_is_searched_by_words(live, find, there):
    page = text(signed_in(live, "Dimitri").get("/measures/library/", {"find": find}))
    assert ("Hours to a lung scan" in page) == there


def test_the_library_leaves_as_a_file(live):
    lines = b"".join(signed_in(live, "Dimitri").get("/measures/library.csv").streaming_content).decode()
    assert '"code","name","kind"' in lines
    assert '"M1","Test or scan within 4 hours"' in lines


def test_putting_words_right_makes_no_version_and_marks_no_chart(live):
    client = signed_in(live, "Ishani")
    assert client.post(CHANGE, words(purpose="A clot can be treated.")).url.endswith("said=right")
    assert Measure.objects.get(code="M1").purpose == "A clot can be treated."
    assert not Definition.objects.exists()
    assert 'class="definition"' not in text(client.get("/measures/M1/"))


def test_a_change_of_what_is_counted_is_a_new_version_and_marks_the_chart(live):
    client = signed_in(live, "Ishani")
    sent = words(
        numerator="people scanned within 4 hours", meaning="yes", why="Tests alone do not count any more.",
        **{"from_on-day": "4", "from_on-month": "5", "from_on-year": "2026"},
    )  # fmt: skip
    assert client.post(CHANGE, sent).url.endswith("said=changed")
    assert list(Definition.objects.order_by("number").values_list("number", "from_on", "numerator")) == [
        (1, None, "people who had the test or scan within 4 hours"),
        (2, date(2026, 5, 4), "people scanned within 4 hours"),
    ]
    page = text(client.get("/measures/M1/definition/"))
    assert "Tests alone do not count any more." in page
    assert "The beginning" in page
    chart = text(client.get("/measures/M1/"))
    assert 'class="definition"' in chart
    assert "definition changed" in chart


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"why": ""}, "Say why the definition changes"),
        ({"from_on-year": "2027"}, "lies ahead"),
        ({"from_on-day": ""}, "must include a day"),
        ({"name": ""}, "Write what is counted"),
        ({"numerator": "x" * 201}, "200 characters or fewer"),
        ({"number": "7"}, "Somebody else changed this definition"),
        ({"number": "x"}, "Somebody else changed this definition"),
        ({"numerator": "people who had the test or scan within 4 hours"}, "These are the words that stand"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_what_to_do(live, changed, said):
    sent = words(
        numerator="people scanned", meaning="yes", why="Because.",
        **{"from_on-day": "4", "from_on-month": "5", "from_on-year": "2026"},
    )  # fmt: skip
    answer = signed_in(live, "Ishani").post(CHANGE, {**sent, **changed})
    assert answer.status_code == 200
    assert said in text(answer)
    assert Measure.objects.get(code="M1").definition == 1
    assert not Definition.objects.exists()


def test_versions_come_in_order_of_days_and_only_the_quality_team_makes_them(live):
    measure = Measure.objects.get(code="M1")

    def to(text_, day, who="Ishani"):
        definitions.redefine(
            measure=measure,
            meaning=definitions.Meaning("Test", numerator=text_),
            from_on=day,
            why="x",
            number=measure.definition,
            by=live.by(who),
            at=JUNE,
        )

    to("a", date(2026, 3, 2))
    with pytest.raises(FigureRefused, match="Give a later day"):
        to("b", date(2026, 3, 2))
    to("b", date(2026, 4, 6))
    assert measure.definition == 3
    with pytest.raises(NotYours):
        to("c", date(2026, 5, 4), "Dimitri")
    for who, status in (("Dimitri", 404), ("Jo", 404), ("Ishani", 200)):
        assert signed_in(live, who).get(CHANGE).status_code == status
