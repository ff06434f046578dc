"""The page parts: strict, escaped, and saying in words what they show in shapes."""

import html.parser
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined, UndefinedError

from everysite.web import jinja, styleguide
from everysite.web.frame import Frame, Link, NavLink, Page
from everysite.web.parts import Cell, Column, Mark, Segment, Step, Tag, cell_of
from everysite.web.qr import qr_svg

FOOT = ["Help", "Accessibility", "Privacy", "Contact the safety team", "How we learn"]


STRICT = jinja.environment()


def render(source: str, **context: Any) -> str:
    head = "".join(
        f'{{% import "parts/{name}.html" as {name} with context %}}'
        for name in ("ui", "fields", "line", "table", "review")
    )
    return STRICT.from_string(head + source).render(**context)


class Words(html.parser.HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags_of(source: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = Words()
    reader.feed(source)
    return reader.tags


@pytest.fixture
def page() -> str:
    return render_to_string("styleguide.html", styleguide.context())


def test_every_part_can_be_drawn(page: str) -> None:
    assert page.count("<h1") == 1
    assert page.startswith("<!DOCTYPE html>")


def test_ids_on_a_page_are_unique_and_every_reference_to_one_is_met(page: str) -> None:
    tags = tags_of(page)
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in tags:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            for target in (attrs.get(name) or "").split():
                assert target in ids


def test_the_title_of_a_page_with_errors_says_so_first(page: str) -> None:
    assert "<title>Error: Every part on one page" in page


def test_the_foot_has_the_same_five_links_on_pages_and_on_error_pages(page: str) -> None:
    for source in (page, render_to_string("404.html", {}), render_to_string("offline.html", {})):
        foot = source[source.index("<footer") :]
        found = [link.split("<")[0].split(">")[1] for link in foot.split("<a ")[1:]]
        assert found == FOOT


@pytest.mark.parametrize("name", ["404", "500", "403_csrf", "429", "offline"])
def test_error_pages_stand_with_nothing_to_go_on(name: str) -> None:
    source = render_to_string(f"{name}.html", {})
    assert source.count("<h1") == 1
    assert 'id="main"' in source


def test_signing_out_is_a_post(page: str) -> None:
    form = next(attrs for tag, attrs in tags_of(page) if tag == "form")
    assert form["method"] == "post"
    assert form["action"] == "/account/logout/"


def test_the_current_part_of_the_site_is_marked_once(page: str) -> None:
    head = page[: page.index("<main")]
    assert [attrs["href"] for _, attrs in tags_of(head) if attrs.get("aria-current")] == ["/learning/"]


def test_a_bare_page_has_no_navigation_and_nobody_signed_in() -> None:
    frame = Frame(
        "Brackenvale Hospitals Group", person_name="Grace Mensah-Holt", links=(NavLink("/", "Home"),)
    )
    env = jinja.environment()
    source = env.get_template("layout_bare.html").render(frame=frame, page=Page("Confirm"))
    assert "Grace" not in source
    assert "<nav" not in source


def test_a_page_for_nobody_says_where_to_sign_in_and_a_bare_page_does_not() -> None:
    given = {"frame": Frame("Brackenvale Hospitals Group"), "page": Page("Library")}
    env = jinja.environment()
    assert 'href="/account/login/">Sign in</a>' in env.get_template("layout.html").render(given)
    assert "/account/login/" not in env.get_template("layout_bare.html").render(given)


def test_the_layout_leaves_forms_of_other_libraries_alone() -> None:
    class Login(forms.Form):
        password = forms.CharField()

    wrong = Login({})
    assert wrong.errors
    source = (
        jinja.environment()
        .get_template("layout.html")
        .render(frame=Frame("Brackenvale Hospitals Group"), page=Page("Sign in"), form=wrong)
    )
    assert "There is a problem" not in source


def test_a_form_counts_once_and_carries_its_tokens() -> None:
    source = render(
        "{{ ui.post('/x/', 'Save') }}{{ ui.confirm_box('/y/') }}", once="t0k3n", csrf_input="C5RF"
    )
    assert source.count('name="once" value="t0k3n"') == 2
    assert source.count("C5RF") == 2


def test_a_seventh_link_in_the_header_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 6"):
        Frame("Brackenvale", links=tuple(NavLink("/", str(n)) for n in range(7)))


def test_a_missing_name_is_an_error_not_a_gap() -> None:
    assert jinja.environment().undefined is StrictUndefined
    with pytest.raises(UndefinedError):
        render("{{ nobody }}")


@given(st.text())
def test_stored_words_are_always_escaped(text: str) -> None:
    source = render(
        "{{ ui.say(text) }}{{ table.stack_table(columns, [[text]], text) }}{{ review.words(segments) }}",
        text=text + "<b>x</b>",
        columns=[Column(text + "<b>")],
        segments=[Segment(text + "<b>", "out", 1)],
    )
    assert "<b>" not in source


@pytest.mark.parametrize(
    "part", ["text", "textarea", "radios", "checkboxes", "select", "tick", "day", "file"]
)
def test_what_was_typed_comes_back_escaped_and_whole(part: str) -> None:
    from everysite.web.forms.parts import Choice, DayParts, Field

    typed = 'a "quoted" <b> & b\n   indented'
    value: Any = DayParts(typed, "3", "2026") if part == "day" else typed
    field = Field(
        "f", "Label <b>", hint="Hint <b>", value=value, error="Say <b>", choices=[Choice(typed, typed, typed)]
    )
    source = render("{{ fields." + part + "(field) }}", field=field)
    assert "<b>" not in source
    if part == "textarea":
        assert "a &#34;quoted&#34; &lt;b&gt; &amp; b\n   indented</textarea>" in source


def test_a_box_with_a_limit_has_a_counter_that_belongs_to_it() -> None:
    from everysite.web.forms.parts import Field

    source = render("{{ fields.textarea(field) }}", field=Field("why", "Why?", most_words=60))
    box = next(attrs for tag, attrs in tags_of(source) if tag == "textarea")
    assert box["data-most-words"] == "60"
    assert "f-why-count" in str(box["aria-describedby"])
    assert "You can write up to 60 words" in source


def test_each_state_of_the_line_is_also_said_in_words() -> None:
    steps = [Step("A", "done"), Step("B", "now"), Step("C", "stopped"), Step("D", "todo")]
    source = render("{{ line.line_vertical(steps) }}", steps=steps)
    for words in (": done", ": going on now", ": stopped, needs you", ": not started"):
        assert words in source
    assert source.count('aria-current="step"') == 1


def test_a_small_number_is_a_star_that_is_read_aloud() -> None:
    source = render(
        "{{ table.stack_table(columns, rows, 'By site') }}",
        columns=[Column("Site"), Column("Still to reach", "Left", number=True)],
        rows=[["Linden Lane", Cell(suppressed=True)]],
    )
    assert 'title="1 to 7"' in source
    assert 'data-l="Left"' in source
    assert 'role="rowheader"' in source


def test_an_empty_table_is_a_sentence() -> None:
    source = render(
        "{{ table.stack_table(columns, [], 'Waiting', empty='Nothing is waiting.') }}", columns=[Column("A")]
    )
    assert "<table" not in source
    assert "Nothing is waiting." in source


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_only_everyone_is_green(value: int, total: int) -> None:
    source = render("{{ ui.bar(value, total) }}", value=value, total=total)
    assert ("#007f3b" in source) == (total > 0 and value >= total)
    assert f"<title>{value:,} of {total:,}</title>" in source


def test_only_checked_is_green_in_the_gap_bar_and_every_count_is_said() -> None:
    source = render("{{ ui.gap_bar(1, 6, 8, 9) }}")
    assert "<title>1 checked, 6 with evidence, 8 told us done, of 9</title>" in source
    assert "#007f3b" not in source


def test_a_word_for_a_colour_or_state_that_does_not_exist_is_refused() -> None:
    for wrong in (lambda: Tag("Late", "crimson"), lambda: Mark("done", "Done"), lambda: Step("A", "over")):
        with pytest.raises(ValueError, match="No "):
            wrong()


def test_plain_words_numbers_and_links_are_cells() -> None:
    assert cell_of(1502).text == "1,502"
    assert cell_of(None).text == ""
    assert cell_of(Link("/a/", "A")).href == "/a/"
    assert cell_of(Tag("New", "blue")).tag == Tag("New", "blue")


def test_dates_and_times_are_said_in_london() -> None:
    evening = datetime(2026, 3, 29, 23, 30, tzinfo=UTC)
    assert jinja.day(evening) == "30 March 2026"
    assert jinja.clock(evening) == "12:30am"
    assert jinja.weekday(date(2026, 4, 27)) == "Monday 27 April"
    assert jinja.clock(datetime(2026, 3, 9, 7, 52)) == "7:52am"
    assert jinja.clock(datetime(2026, 3, 9, 12, 0)) == "12pm"


@given(st.integers(0, 10_000_000))
def test_a_count_keeps_its_noun(count: int) -> None:
    said = jinja.plural(count, "person", "people")
    assert said.endswith(" person") == (count == 1)
    assert int(said.split()[0].replace(",", "")) == count


@given(st.text())
def test_bold_only_ever_adds_strong(text: str) -> None:
    plain = str(jinja.bold(text)).replace("<strong>", "").replace("</strong>", "")
    assert "<" not in plain


def test_a_code_is_drawn_without_styles_and_is_named() -> None:
    source = str(qr_svg("https://everysite.example/h/9F3K8T", label="Code for the <huddle>"))
    assert "<title>Code for the &lt;huddle&gt;</title>" in source
    assert "style" not in source
    assert source.count("h1v1h-1z") > 200


def test_marked_words_are_escaped_and_an_address_stands_once() -> None:
    runs = [
        Segment("<b>&"),
        Segment("<i>", "undecided", 3),
        Segment("again", "undecided", 3),
        Segment("'x'", "kept"),
    ]
    made = str(jinja.marked_words(runs))
    assert made.startswith("&lt;b&gt;&amp;<span")
    assert "&lt;i&gt;" in made
    assert "<i>" not in made
    assert made.count('id="detail-3"') == 1
    assert "detail 3, undecided, start: " in made
    assert "looks like a name, left in on purpose, start: " in made
