"""A report that arrives as PDF with a text layer, above all the coroner's form."""

from everysite.base import child
from everysite.base.decoding import Source, name_of, opened, size_of
from everysite.base.problems import FileProblem, Report
from everysite.base.text import paragraphs
from everysite.capture.readers import coroner_form
from everysite.capture.readers.record import CapturedRecord, digest

LARGEST = 20_000_000  # bytes
_FORM = ("circumstances", "concerns")  # a text with one of these sections is a coroner's form


def is_pdf(first: bytes) -> bool:
    """Say whether a file begins as a PDF; some programs write a few bytes before the mark."""
    return b"%PDF-" in first[:1024]


def read_pdf(source: Source, *, report: Report, file: str = "", kind: str = "") -> CapturedRecord:
    """Read one PDF; `kind` is used when the text is not a coroner's form."""
    file = name_of(source, file)
    report.file = report.file or file
    size = size_of(source, file=file)
    if size > LARGEST:
        raise FileProblem(
            f"The PDF has {size / 1_000_000:.0f} MB; at most 20 MB are read.", "Save it smaller, without pictures.",
            file=file, code="too_large",
        )  # fmt: skip
    with opened(source) as stream:
        content = stream.read(LARGEST + 1)
    if not is_pdf(content):
        raise FileProblem(
            "This is not a PDF.",
            "Give a PDF with a text layer, or a CSV or JSON file.",
            file=file,
            code="wrong_kind",
        )
    answer = child.run("everysite.capture.readers.pdf_text:extract", content, file=file)
    pages = answer.get("pages") if isinstance(answer, dict) else None
    if not isinstance(pages, list) or not all(isinstance(page, str) for page in pages):
        raise FileProblem("The PDF could not be read.", "Save it as PDF again.", file=file, code="crash")
    report.read += 1
    empty = [number for number, page in enumerate(pages, start=1) if not page.strip()]
    if empty:
        report.notice(
            0, "", "", f"Page {', '.join(map(str, empty[:10]))} has no text.",
            "If something stands there, type it into the form.",
        )  # fmt: skip
    return _record(pages, content, report, file, kind)


def _record(pages: list[str], content: bytes, report: Report, file: str, kind: str) -> CapturedRecord:
    text = paragraphs("\n".join(pages))
    sections = coroner_form.split(text)
    reference = (
        coroner_form.reference_of(text[:1000]) or coroner_form.reference_of(file) or f"pdf-{digest(content)}"
    )
    form = any(sections.get(name) for name in _FORM)
    if not form:
        report.notice(
            0, "", "", "The headings of a coroner's report were not found. The text was taken in as one piece.",
            "Choose what kind of learning this is, and give its title.",
        )  # fmt: skip
        return CapturedRecord(
            reference, kind, None, f"Document {reference}", text, source_system="pdf", raw=content,
            extra={"pages": len(pages), "file": file},
        )  # fmt: skip
    happened_on = coroner_form.signed_on(sections)
    if happened_on is None:
        report.notice(0, "date", "", "The day of the report was not found.", "Add it.", "left empty")
    people = []
    deceased = coroner_form.deceased_of(sections.get("investigation", "")) or coroner_form.deceased_of(text)
    for name, part in (
        (deceased, "deceased"),
        (coroner_form.coroner_of(sections.get("coroner", "")), "coroner"),
    ):
        if name:
            people.append((name, part))
        else:
            report.notice(
                0, "people", "", f"The name of the {part} was not found.", "Add it to the people involved.",
                "left empty",
            )  # fmt: skip
    return CapturedRecord(
        reference, "coroner_report", happened_on, f"{coroner_form.TITLE} {reference}",
        coroner_form.narrative_of(sections), people=people, source_system="coroner", raw=content,
        extra={
            "pages": len(pages),
            "file": file,
            "receivers": coroner_form.receivers_of(sections.get("receiver", "")),
            "sections": {name: sections.get(name, "") for name in coroner_form.SECTIONS},
            "other_sections": {name: body for name, body in sections.items() if name not in coroner_form.SECTIONS},
        },
    )  # fmt: skip
