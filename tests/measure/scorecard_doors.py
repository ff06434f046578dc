"""What each door of a scorecard says, as one text without spaces, so that figures can be looked for."""

import io
import re

from pptx import Presentation
from pypdf import PdfReader

from everysite.base.formulas import csv_lines
from everysite.measure import scorecard_csv, scorecard_letter, scorecard_pdf, scorecard_slides
from everysite.measure.scorecard_content import Content


def bare(text: str) -> str:
    """A text without any white space."""
    return re.sub(r"\s+", "", text)


def pdf_text(data: bytes) -> str:
    """The words of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def slides_text(data: bytes) -> str:
    """The words of all slides, tables and notes."""
    out = []
    for slide in Presentation(io.BytesIO(data)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                out.append(shape.text_frame.text)
            if shape.has_table:
                out += [cell.text for row in shape.table.rows for cell in row.cells]
        out.append(slide.notes_slide.notes_text_frame.text)
    return "\n".join(out)


def files(content: Content) -> dict[str, str]:
    """The text of every file and of the e-mail, by door."""
    made = "Brackenvale"
    return {
        "pdf": pdf_text(scorecard_pdf.pdf(content, network_name=made)),
        "slides": slides_text(scorecard_slides.slides(content, network_name=made)),
        "csv": "".join(csv_lines(scorecard_csv.rows(content))),
        "letter": scorecard_letter.text(content, read="http://x/", stop="http://y/"),
    }
