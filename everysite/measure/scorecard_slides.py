"""A scorecard as slides: a title, what to talk about first, the matrix, and one slide for each measure to talk about.

Tables and charts are native, so that they can be read aloud, searched and edited; the numbers stand in the notes too.
Needs the extra `slides`.
"""

import importlib.util
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from everysite.measure.pictures.paper import read_day, short_day
from everysite.measure.scorecard import COLUMNS, ROWS
from everysite.measure.scorecard_content import (
    MEETS,
    MOVING,
    SHAPES,
    Content,
    Line,
    first_sentence,
    matrix,
    owed_sentence,
)

TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
MOST_ROWS = 5  # of a table on one slide, so that it can be read from the back
MOST_SLIDES = 40  # measures with a slide of their own
INK, QUIET, PETROL = "212b32", "4c6272", "0e4c59"
LINES = (("Middle line", INK, "solid"), ("Upper limit", QUIET, "dash"), ("Lower limit", QUIET, "dash"))
TARGET = "b3261e"


def available() -> bool:
    """Say whether the extra `slides` is installed."""
    return importlib.util.find_spec("pptx") is not None


def slides(content: Content, *, network_name: str, link: str = "") -> bytes:
    """Return the scorecard as a presentation of 16:9 slides."""
    deck = _Deck(content)
    deck.title(network_name, link)
    talk = content.talk or content.lines
    name = "Talk about these first" if content.talk else "The figures"
    for part in _parts(talk, MOST_ROWS):
        deck.table(name, _HEAD, [_row(one) for one in part], _notes(part))
    if content.kind == "detail":
        deck.table(f"All figures: {len(content.lines)}", *_matrix(content), _notes(content.lines))
    for one in talk[:MOST_SLIDES]:
        deck.line(one)
    return deck.bytes()


_HEAD = ("Measure", "Latest", "Target", "How it is moving", "Will it meet the target?", "Owner says")


def _row(one: Line) -> tuple[str, ...]:
    latest = " ".join(
        part for part in (one.value, f"({one.counted})" if one.counted else "", one.when) if part
    )
    return (one.title, latest, one.target, f"{one.shape} {one.moving}", one.meets, one.says)


def _matrix(content: Content) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    table = matrix(content)
    head = ("How it is moving", *(MEETS[column] for column in COLUMNS))
    rows = [
        (
            f"{SHAPES[row]} {MOVING[row]}",
            *("; ".join(one.title for one in table[row][column]) or "None" for column in COLUMNS),
        )
        for row in ROWS
    ]
    return head, rows


def _notes(lines: Sequence[Line]) -> str:
    return "\n".join(f"{one.title}: {one.sentence}" for one in lines)


def _parts(lines: Sequence[Line], size: int) -> list[Sequence[Line]]:
    return [lines[at : at + size] for at in range(0, len(lines), size)]


class _Deck:
    """The presentation being made; it hides the library from the rest."""

    def __init__(self, content: Content) -> None:
        from pptx import Presentation
        from pptx.util import Inches

        self.content = content
        self.deck = Presentation()
        self.deck.slide_width, self.deck.slide_height = Inches(13.333), Inches(7.5)
        made = date.fromisoformat(content.as_of)
        about = self.deck.core_properties
        about.title, about.author, about.language = content.title, "", "en-GB"
        about.created = about.modified = datetime(made.year, made.month, made.day)  # noqa: DTZ001  the format has no zone

    def bytes(self) -> bytes:
        out = io.BytesIO()
        self.deck.save(out)
        return out.getvalue()

    def _slide(self, title: str, notes: str) -> Any:
        from pptx.util import Inches

        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])  # title only
        heading = slide.shapes.title
        heading.left, heading.top, heading.width, heading.height = (Inches(n) for n in (0.5, 0.3, 12.3, 0.9))
        self._words(heading.text_frame, [title], 28, bold=True)
        box = slide.shapes.add_textbox(Inches(0.5), Inches(6.75), Inches(12.3), Inches(0.6))
        self._words(box.text_frame, list(self.content.foot), 11, colour=QUIET)
        slide.notes_slide.notes_text_frame.text = "\n".join([notes, *self.content.foot])
        return slide

    @staticmethod
    def _words(frame: Any, lines: Sequence[str], size: int, *, bold: bool = False, colour: str = INK) -> None:
        from pptx.dml.color import RGBColor
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Pt

        frame.word_wrap = True
        for number, text in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.text, paragraph.alignment = text, PP_ALIGN.LEFT
            paragraph.font.size, paragraph.font.bold = Pt(size), bold
            paragraph.font.color.rgb = RGBColor.from_string(colour.upper())

    def title(self, network_name: str, link: str) -> None:
        from pptx.util import Inches

        content = self.content
        slide = self._slide(content.title, first_sentence(content))
        lines = [network_name, content.period, first_sentence(content), owed_sentence(content.owed), link]
        box = slide.shapes.add_textbox(Inches(0.5), Inches(1.5), Inches(12.3), Inches(3))
        self._words(box.text_frame, [line for line in lines if line], 24)

    def table(self, title: str, head: Sequence[str], rows: Sequence[Sequence[str]], notes: str) -> None:
        from pptx.util import Inches

        slide = self._slide(title, notes)
        frame = slide.shapes.add_table(
            len(rows) + 1, len(head), Inches(0.5), Inches(1.3), Inches(12.3), Inches(0.5)
        )
        self._describe(frame, title, "A table: " + ", ".join(head))
        for at, words in enumerate([head, *rows]):
            for column, text in enumerate(words):
                self._words(
                    frame.table.cell(at, column).text_frame,
                    [text],
                    14 if at else 13,
                    bold=at == 0 or not column,
                )
                if at == 0:
                    self._fill(frame.table.cell(at, column), "E8EDEF")
                else:
                    self._fill(frame.table.cell(at, column), "FFFFFF")

    @staticmethod
    def _fill(cell: Any, colour: str) -> None:
        from pptx.dml.color import RGBColor

        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(colour)

    @staticmethod
    def _describe(shape: Any, name: str, words: str) -> None:
        """Name a shape and say what it shows to those who hear it."""
        about = shape._element.nvGraphicFramePr.cNvPr
        about.set("name", name)
        about.set("descr", words)

    def line(self, one: Line) -> None:
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
        from pptx.util import Inches, Pt

        s = one.series
        slide = self._slide(one.title, f"{one.sentence}\n{_numbers(one)}")
        facts = [
            (
                "Latest",
                " ".join(part for part in (one.value, f"({one.counted})" if one.counted else "") if part),
            ),
            ("Date", one.when),
            ("Target", one.target or "No target"),
            ("How it is moving", f"{one.shape} {one.moving}"),
            ("Will it meet the target?", one.meets),
            ("Middle and limits", "; ".join(part for part in (one.middle, one.limits) if part)),
            ("Owner", one.owner or "Nobody yet"),
            ("Owner says", one.says or "Nothing to say"),
        ]
        frame = slide.shapes.add_table(len(facts), 2, Inches(8.6), Inches(1.3), Inches(4.2), Inches(0.5))
        self._describe(frame, f"{one.title}: the figures", one.sentence)
        frame.table.first_row, frame.table.first_col = False, True
        for at, pair in enumerate(facts):
            for column, text in enumerate(pair):
                self._words(frame.table.cell(at, column).text_frame, [text], 13, bold=not column)
                self._fill(frame.table.cell(at, column), "FFFFFF")
        if not s.values:
            return
        data = CategoryChartData()
        data.categories = [_category(on) for on in s.dates] or [str(n + 1) for n in range(len(s.values))]
        data.add_series("Value", s.values)
        for (name, *_), numbers in zip(LINES, (s.centre, s.upper, s.lower), strict=True):
            if any(v is not None for v in numbers):
                data.add_series(name, numbers)
        if s.target is not None:
            data.add_series("Target", [s.target] * len(s.values))
        made = slide.shapes.add_chart(
            XL_CHART_TYPE.LINE_MARKERS, Inches(0.5), Inches(1.3), Inches(7.9), Inches(5.3), data
        )
        self._describe(made, f"{one.title}: chart", one.sentence)
        chart = made.chart
        chart.has_legend, chart.has_title = True, False
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        chart.font.size = Pt(12)
        for series in chart.plots[0].series:
            self._draw(series)

    @staticmethod
    def _draw(series: Any) -> None:
        from pptx.dml.color import RGBColor
        from pptx.enum.chart import XL_MARKER_STYLE
        from pptx.enum.dml import MSO_LINE
        from pptx.util import Pt

        looks = {name: (colour, style) for name, colour, style in LINES} | {"Target": (TARGET, "dot")}
        colour, style = looks.get(series.name, (PETROL, "value"))
        series.smooth = False
        series.format.line.color.rgb = RGBColor.from_string(colour.upper())
        series.format.line.width = Pt(1.75 if style == "value" else 1.25)
        if style == "value":
            series.marker.style = XL_MARKER_STYLE.CIRCLE
            series.marker.size = 6
            return
        series.marker.style = XL_MARKER_STYLE.NONE
        if style == "dash":
            series.format.line.dash_style = MSO_LINE.DASH
        elif style == "dot":
            series.format.line.dash_style = MSO_LINE.DASH_DOT


def _category(on: str) -> str:
    day = read_day(on)
    return f"{short_day(day)} {day.year}" if day else on


def _numbers(one: Line) -> str:
    s = one.series
    pairs = zip(s.dates, s.values, strict=False)
    return "; ".join(
        f"{_category(on)}: {'missing or not shown' if v is None else f'{v:g}'}" for on, v in pairs
    )
