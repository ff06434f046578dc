"""A form as a web page: headings in order, lists as lists, nothing that needs a script."""

from importlib.resources import files

from markupsafe import Markup

from everysite.tailor.document import REMOVED, Document
from everysite.tailor.render.frame import environment

BAND_SAYS = {
    "": "",
    "DRAFT": "not approved yet. Do not pass it on.",
    "EXERCISE": "this is practice, not a real event.",
    "UPDATED": "a newer version is in force.",
    "WITHDRAWN": "do not use this any more.",
}


def _paragraphs(text: str) -> list[str]:
    return [" ".join(block.split()) for block in text.split("\n\n") if block.strip()]


def css() -> str:
    """The style sheet of the stand-alone page."""
    return files("everysite.tailor.render").joinpath("templates", "version.css").read_text("utf-8")


def fragment(document: Document, *, level: int = 1, prefix: str = "version") -> str:
    """The form to put inside a page; `level` is the heading level of its title, 1 to 4, `prefix` starts its ids."""
    if not 1 <= level <= 4:
        raise ValueError("The heading level of a title is 1 to 4.")
    return (
        environment()
        .get_template("document.html.jinja")
        .render(
            document=document,
            level=level,
            prefix=prefix,
            band_says=BAND_SAYS[document.band],
            foot_line=document.foot.line,
            removed=REMOVED,
            paragraphs=_paragraphs,
        )
    )


def page(document: Document, *, css_link: str = "") -> str:
    """The form as a page of its own; with `css_link` the style comes from there, otherwise it is inside."""
    return (
        environment()
        .get_template("page.html.jinja")
        .render(
            document=document,
            body=Markup(fragment(document)),  # noqa: S704 - made by the escaping template above
            css_link=css_link,
            css=Markup(css()),  # noqa: S704 - our own file
        )
    )
