"""The text layer of a PDF; runs in the child process, where a harmful file can do no harm."""

import io
import logging

from everysite.base.problems import FileProblem

PAGES = 300
CHARACTERS = 2_000_000  # of text in the whole file
LEAST = 40  # letters; with fewer the file is a picture of text


def extract(content: bytes) -> dict[str, object]:
    """Return the text of each page, or refuse with the reason."""
    logging.disable(logging.CRITICAL)
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise _problem(
                "The PDF is locked with a password.", "Save a copy without the password.", "encrypted"
            )
        if len(reader.pages) > PAGES:
            raise _problem(
                f"The PDF has more than {PAGES} pages.", "Save the pages that matter.", "too_large"
            )
        pages, size = [], 0
        for page in reader.pages:
            text = page.extract_text()
            size += len(text)
            if size > CHARACTERS:
                raise _problem("The PDF holds too much text.", "Save the pages that matter.", "too_large")
            pages.append(text.encode("utf-8", "replace").decode())
    except FileProblem:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError,
            NotImplementedError, AssertionError, ZeroDivisionError, ImportError):  # fmt: skip
        raise _problem(
            "The PDF is damaged.",
            "Open it and save it as PDF again, or type the text into the form.",
            "damaged",
        ) from None
    if sum(c.isalpha() for text in pages for c in text) < LEAST:
        raise _problem(
            "The PDF has no text layer: it is a picture of a page.",
            "Ask for the file with text, run text recognition on it, or type the text into the form.",
            "no_text",
        )
    return {"pages": pages}


def _problem(problem: str, mend: str, code: str) -> FileProblem:
    return FileProblem(problem, mend, code=code)
