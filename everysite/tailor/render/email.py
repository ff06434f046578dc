"""The e-mail of a lesson: approved once with literal slots, then filled for each person and nothing else.

The approved words hold only the tokens of SLOTS. Sending replaces tokens; `unfill` proves that it did no more.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from importlib.resources import files
from typing import Final, Literal

import css_inline
import mrml

from everysite.base import mail
from everysite.tailor.document import REMOVED, Document
from everysite.tailor.render import text as plain_text
from everysite.tailor.render.frame import environment
from everysite.tailor.render.html import BAND_SAYS
from everysite.tailor.render.short import TooLong

SLOTS: Final = mail.SLOTS
#: Longest subject in characters; mail programs and gateways cut what is longer.
MOST_SUBJECT: Final = mail.SUBJECT_LIMIT
#: Longest greeting in characters: one or two sentences that say why this person gets it.
MOST_GREETING: Final = 300
Prefix = Literal["know", "act", "update", "withdrawn"]

_TOKEN = re.compile(r"\[\[([a-z_]+)\]\]")
_ADDRESS = re.compile(r"https?://[^\s<>\"'\[\]]+\Z")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,31}\Z")


class NotApproved(ValueError):
    """What was received is not the approved e-mail with its slots filled."""


class BadSlot(ValueError):
    """A slot is missing, unknown or holds something that does not belong there."""


@dataclass(frozen=True, slots=True)
class Email:
    """One e-mail: subject, page and plain text."""

    subject: str
    html: str
    text: str


def subject(document: Document, prefix: Prefix = "know") -> str:
    """The subject: what to do by when, then the title; TooLong over 78 characters."""
    if prefix == "know" and document.know_by:
        start = f"[Know by {_without_year(document.know_by)}] "
    elif prefix == "act" and document.act_by_day:
        start = f"[Act by {document.act_by_day}] "
    else:
        start = {"update": "[Update] ", "withdrawn": "[Withdrawn] "}.get(prefix, "")
    full = " ".join(f"{start}{document.title}".split())
    if len(full) > MOST_SUBJECT:
        over = len(full) - MOST_SUBJECT
        raise TooLong(
            f"The subject has {len(full)} characters and {MOST_SUBJECT} fit. Make the title {over} shorter."
        )
    return full


def _without_year(day: str) -> str:
    return day.rsplit(" ", 1)[0]


def _part(document: Document, code: str) -> tuple[str, ...]:
    found = [item for item in document.shown if item.code == code]
    if not found:
        return ()
    return found[0].lines or (found[0].text,)


def message(
    document: Document,
    *,
    prefix: Prefix = "know",
    code_address: str = "",
    wordmark: str = "everysite",
) -> Email:
    """The e-mail to approve, with its slots still open; `code_address` is where a code can be typed."""
    for section in document.shown:
        if _TOKEN.search(section.body):
            raise BadSlot(f"The part “{section.label}” holds [[ ]]. Take the double brackets out.")
    withdrawn = prefix == "withdrawn" or document.band == "WITHDRAWN"
    values = {
        "document": document,
        "subject": subject(document, prefix),
        "wordmark": wordmark,
        "band": document.band,
        "band_says": BAND_SAYS[document.band],
        "confirm_by": "" if withdrawn else document.know_by_day,
        "author_line": " ".join(_part(document, "author_line")),
        "do_now": _part(document, "do_now"),
        "lesson": " ".join(_part(document, "lesson")),
        "why_here": " ".join(_part(document, "why_here")),
        "why_label": f"Why it can happen at {document.site}:" if document.site else "Why it can happen here:",
        "code_address": code_address,
        "ask": document.foot.ask,
        "ref_line": f"{document.foot.ref}, version {document.foot.version}.",
        "removed": REMOVED,
    }
    return Email(str(values["subject"]), _html(values), _plain(values))


def _html(values: Mapping[str, object]) -> str:
    mark_up = environment().get_template("email.mjml.jinja").render(values)
    # Fonts are those of the device: nothing is fetched when the mail is opened.
    options = mrml.RenderOptions(fonts={}, disable_comments=True)
    made = mrml.to_html(mark_up, None, options)
    css = files("everysite.tailor.render").joinpath("templates", "email.css").read_text("utf-8")
    return css_inline.CSSInliner(extra_css=css, load_remote_stylesheets=False, keep_style_tags=True).inline(
        made.content
    )


def _plain(values: Mapping[str, object]) -> str:
    document = values["document"]
    assert isinstance(document, Document)
    confirm = f" Please confirm by {values['confirm_by']}." if values["confirm_by"] else ""
    blocks = [f"{values['band']}: {values['band_says']}" if values["band"] else "", document.title]
    # A slot's line is not wrapped, so that what fills it changes nothing round it.
    blocks.append(f"[[greeting]]{confirm}")
    blocks.append(plain_text.wrap(str(values["author_line"])))
    for code, label in (
        ("do_now", "Do this now"),
        ("lesson", "What we learned"),
        ("why_here", values["why_label"]),
    ):
        for section in document.shown:
            if section.code == code:
                blocks.append(f"{label}\n{plain_text.body(section)}")
    blocks.append("Read and confirm:\n[[link]]")
    blocks.append(
        plain_text.wrap(
            "The link opens one page. You tick a box and press “Confirm” there. Opening this e-mail does not count, "
            "and we do not track it."
        )
    )
    where = values["code_address"]
    blocks.append(
        f"Link not working? Go to {where} and type [[reference]]" if where else "Your code is [[reference]]"
    )
    blocks.append("Not your job? Say so on the page. Pass it on to a colleague:\n[[pass_on]]")
    ask = f"Ask {values['ask']}.\n" if values["ask"] else ""
    blocks.append(f"{ask}{values['ref_line']} {values['removed']}")
    return "\n\n".join(block for block in blocks if block) + "\n"


def words_of(message: Email) -> dict[str, str]:
    """The e-mail as the parts that are approved and sent."""
    return {"subject": message.subject, "html": message.html, "text": message.text}


def approved_sha256(approved: Email) -> str:
    """The fingerprint of the approved words, with the slots still open."""
    return mail.approved_sha256(words_of(approved))


def _check(slots: Mapping[str, str]) -> None:
    for name in SLOTS:
        if name not in slots:
            raise BadSlot(f"The slot {name} has no value.")
    unknown = sorted(set(slots) - set(SLOTS))
    if unknown:
        raise BadSlot(f"There is no slot {unknown[0]}. The slots are: {', '.join(SLOTS)}.")
    for name, value in slots.items():
        if _TOKEN.search(value) or any(ord(mark) < 32 or mark in "\x7f\x85\u2028\u2029" for mark in value):
            raise BadSlot(f"The slot {name} holds a line end or double brackets.")
    for name in ("link", "pass_on"):
        if slots[name] and not _ADDRESS.match(slots[name]):
            raise BadSlot(f"The slot {name} needs a web address.")
    if slots["reference"] and not _REFERENCE.match(slots["reference"]):
        raise BadSlot("The slot reference needs a short code of letters and digits.")
    if len(slots["greeting"]) > MOST_GREETING:
        raise BadSlot(f"The greeting has {len(slots['greeting'])} characters and {MOST_GREETING} fit.")


def fill(approved: Email, slots: Mapping[str, str]) -> Email:
    """The e-mail for one person: every token replaced in page and text, nothing else touched."""
    _check(slots)
    return Email(**mail.fill(words_of(approved), slots))


def _opened(approved: str, received: str, *, page: bool) -> dict[str, str]:
    pieces, seen, at = [], set(), 0
    for token in _TOKEN.finditer(approved):
        name = token.group(1)
        if name not in SLOTS:
            continue
        pieces.append(re.escape(approved[at : token.start()]))
        allowed = r"[^<>\"\n]*?" if page else r"[^\n]*?"
        pieces.append(f"(?P={name})" if name in seen else f"(?P<{name}>{allowed})")
        seen.add(name)
        at = token.end()
    pieces.append(re.escape(approved[at:]))
    match = re.fullmatch("".join(pieces), received)
    if match is None:
        raise NotApproved("The e-mail differs from the approved words outside its slots.")
    return {name: unescape(value) if page else value for name, value in match.groupdict().items()}


def unfill(received: Email, approved: Email) -> dict[str, str]:
    """The slot values of a sent e-mail, or NotApproved when anything but the slots differs."""
    same = Email(*(part.replace("\r\n", "\n") for part in (received.subject, received.html, received.text)))
    if same.subject != approved.subject:
        raise NotApproved("The subject differs from the approved one.")
    in_page = _opened(approved.html, same.html, page=True)
    in_text = _opened(approved.text, same.text, page=False)
    slots = {**in_page, **in_text}
    try:
        again = fill(approved, {name: slots.get(name, "") for name in SLOTS})
    except BadSlot as problem:
        raise NotApproved(str(problem)) from None
    if again != same:
        raise NotApproved("The page and the text of the e-mail do not hold the same slots.")
    return slots
