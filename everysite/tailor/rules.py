"""When a version may be written, approved and sent, and when it no longer says what the main text says. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

READERS = ("frontline", "managers", "board", "commissioners", "public", "researchers")
AUDIENCE = {
    "frontline": "network",
    "managers": "network",
    "board": "network",
    "commissioners": "partner",
    "researchers": "partner",
    "public": "public",
}
READER_WORDS = {
    "frontline": "Front-line staff",
    "managers": "Managers",
    "board": "Board",
    "commissioners": "Commissioners",
    "public": "Patients and public",
    "researchers": "Researchers",
}
AUDIENCE_WORDS = {
    "site": "one site",
    "network": "our network",
    "partner": "our partners",
    "public": "the public",
}
MOST_LINES, MOST_LINE = 12, 600  # lines of a section, and characters of one line
MOST_TEXT = 8000  # characters of a section
MOST_RELEVANCE = 3  # lines of why it matters at a site


@dataclass(frozen=True, slots=True)
class Facts:
    """The dated facts of one version from which its state follows."""

    submitted: bool = False
    approved: bool = False
    published: bool = False
    superseded: bool = False
    withdrawn: bool = False


def state(facts: Facts) -> str:
    """The state of a version as the permission table names it; the furthest fact wins."""
    if facts.withdrawn:
        return "withdrawn"
    if facts.superseded:
        return "superseded"
    if facts.published:
        return "published"
    if facts.approved:
        return "approved"
    return "in_review" if facts.submitted else "deidentifying"


@dataclass(frozen=True, slots=True)
class Want:
    """One thing a person still has to do to a section: write it, accept it, or look whether it is still true."""

    code: str
    label: str
    what: str  # write, accept, still_true


def body(section: Mapping[str, Any]) -> str:
    """The words of one section, one line each for a list, with the lines for single roles after them."""
    words = "\n".join(section.get("lines") or []) or str(section.get("text") or "")
    roles = section.get("by_role") or {}
    extra = [f"{role}: {line}" for role in sorted(roles) for line in roles[role]]
    return "\n".join([words, *extra]) if extra else words


def wants(sections: Iterable[Mapping[str, Any]], required: Iterable[str]) -> list[Want]:
    """What people still have to do before a version can go to the approvers, in the order of the page."""
    needed = set(required)
    found: list[Want] = []
    for section in sections:
        code, label, source = section["code"], section["label"], section["source"]
        empty = not body(section).strip()
        if empty and code in needed and source != "G":
            found.append(Want(code, label, "write"))
        elif not empty and source == "S" and not section.get("accepted"):
            found.append(Want(code, label, "accept"))
        elif not empty and source == "P" and not section.get("accepted"):
            found.append(Want(code, label, "still_true"))
    return found


def signed_parts(
    title: str, sections: Sequence[Mapping[str, Any]], extra: Mapping[str, str]
) -> list[tuple[str, str]]:
    """The named parts whose exact words approvers sign: title, sections, then hashes of messages made from them."""
    return [
        ("title", title),
        *((str(section["code"]), body(section)) for section in sections if body(section)),
        *((name, extra[name]) for name in sorted(extra) if extra[name]),
    ]


def carry(
    fresh: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]], changed: Iterable[str]
) -> list[dict[str, Any]]:
    """New sections with what people wrote and accepted before; where the main text changed, they are asked again.

    `changed` are the codes of sections whose sources changed. A written text is kept and asked "still true?";
    a proposal that was accepted and whose source did not change stays accepted; what is taken by rule is new.
    """
    old = {section["code"]: section for section in before}
    moved = set(changed)
    kept: list[dict[str, Any]] = []
    for section in fresh:
        now = dict(section)
        was = old.get(section["code"])
        if was is not None and section["source"] != "G":
            if was.get("written"):
                now.update(text=was["text"], lines=list(was["lines"]), written=True)
                now["accepted"] = bool(was.get("accepted")) and section["code"] not in moved
            elif section["code"] not in moved and body(was) == body(now):
                now["accepted"] = bool(was.get("accepted"))
        kept.append(now)
    return kept


def clean_lines(lines: Iterable[str]) -> list[str]:
    """Lines without empty ones and stray spaces."""
    return [" ".join(line.split()) for line in lines if line.strip()]


def match(lines: Sequence[Mapping[str, str]]) -> str:
    """How well a learning matches a site: strong with a source that is an event there, some with any line, none."""
    if any("event" in str(line.get("source", "")).lower() for line in lines):
        return "strong"
    return "some" if lines else "none"


def do_now(sections: Sequence[Mapping[str, Any]], staff_group: str = "") -> list[str]:
    """The lines of what to do now that one reader sees: those of their own group if there are any, at most three."""
    for section in sections:
        if section.get("code") == "do_now":
            lines = (
                (section.get("by_role") or {}).get(staff_group)
                or section.get("lines")
                or [section.get("text", "")]
            )
            return [str(line) for line in lines if str(line).strip()][:3]
    return []
