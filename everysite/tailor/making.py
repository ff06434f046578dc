"""From an agreed edition to a lesson, to a document, to the sections that a version keeps."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from everysite.base import clock, mail, vocab
from everysite.deidentify import release
from everysite.deidentify.models import SafeText
from everysite.learn.models import Edition, Learning
from everysite.network import queries as network
from everysite.tailor import checks, dates, rules
from everysite.tailor.compose import compose, stale, template
from everysite.tailor.document import Document, Section
from everysite.tailor.lesson import ActionLine, Lesson, Story, field_hashes
from everysite.tailor.models import Version
from everysite.tailor.render import email as email_form
from everysite.tailor.render import short as short_form


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def lesson_of(edition: Edition, learning: Learning, audience: str) -> Lesson:
    """The lesson that versions for one release audience are made from, out of one agreed edition."""
    words, settings = edition.content, network.network()
    signed = checked(learning)
    ask = ((learning.owner.name, learning.owner.job, learning.owner.phone),) if learning.owner else ()
    story = str(words.get("story") or "").strip()
    return Lesson(
        ref=learning.reference,
        version=edition.version,
        title=words["title"],
        kind=words["kind"],
        what_happened=words["what_happened"],
        lesson=words["lesson"],
        network_name=settings.name,
        network_short=settings.short_name,
        why=tuple((vocab.label("seips_work_system", element), text) for element, text in words["factors"]),
        went_well=words["went_well"],
        applies_where=words["applies_where"],
        does_not_apply_where=words["does_not_apply_where"],
        readiness=words["readiness"],
        actions=tuple(
            ActionLine(
                one["code"],
                one["text"],
                vocab.label("action_scope", one["scope"]),
                one["strength"],
                due_on=_day(one["due_on"]),
                owner=one["owner_role"],
            )
            for one in words["actions"]
        ),
        do_now={role: tuple(lines) for role, lines in words["do_now"].items()},
        questions=tuple(words["questions"]),
        story=Story(story, "Told in their own words") if story else None,
        know_by=learning.know_by,
        act_by=learning.act_by,
        review_on=learning.review_on,
        who_to_ask=ask,
        measures=tuple(one["measure"] for one in words["actions"] if one["measure"]),
        deidentified_for=rules.AUDIENCE_WORDS[audience] if signed else "",
        checked_by_count=signed[0] if signed else 0,
        checked_on=signed[1] if signed else None,
        link=f"{settings.base_url}/{'library' if audience == 'public' else 'to-know'}/{learning.reference}/",
    )


def checked(learning: Learning) -> tuple[int, date] | None:
    """How many people approved the safe text a learning came from, and the day; None when there is none."""
    text = (
        SafeText.objects.filter(
            event__learnings__learning=learning, approved_at__isnull=False, withdrawn_at=None
        )
        .order_by("-approved_at")
        .first()
    )
    if text is None or text.approved_at is None:
        return None
    people = {by for by, _ in release.signers("safe_text", text.pk)}
    return (len(people), clock.local_day(text.approved_at)) if people else None


def newest_edition(learning: Learning) -> Edition | None:
    """The last agreed edition of a learning, or None when nothing was agreed yet."""
    return Edition.objects.filter(learning=learning).order_by("-version").first()


def fresh(lesson: Lesson, readers: str) -> Document:
    """The form for some readers as rules fill it from the lesson."""
    return compose(lesson, readers)


def sections_of(document: Document, lesson: Lesson) -> list[dict[str, Any]]:
    """The sections a version keeps; lines for single roles stand with the lines for all."""
    kept = []
    for section in document.as_sections():
        section["written"] = False
        if section["code"] == "do_now" and set(lesson.do_now) - {"all"}:
            section["by_role"] = {
                role: list(lines[:3]) for role, lines in lesson.do_now.items() if role != "all"
            }
        kept.append(section)
    return kept


def origins(document: Document) -> dict[str, dict[str, Any]]:
    """What each section was made from or is about, empty ones included, to compare later with `stale`."""
    found: dict[str, dict[str, Any]] = {
        item.code: {"source": item.source, "from": dict(item.made_from)}
        for item in document.sections
        if item.made_from
    }
    found["title"] = {"source": "G", "from": dict(document.title_made_from)}
    return found


def document_of(version: Version, lesson: Lesson, band: str = "") -> Document:
    """The form as the version says it, with its warnings and limits; for pages, prints and checks."""
    form = template(version.readers)
    kept = {section["code"]: section for section in version.sections}
    base = compose(lesson, version.readers, band=band)
    sections: list[Section] = []
    for section in base.sections:
        mine = kept.get(section.code)
        sections.append(
            section
            if mine is None
            else replace(
                section,
                text=mine.get("text", ""),
                lines=tuple(mine.get("lines", ())),
                accepted=bool(mine.get("accepted")),  # what was kept without a word on it was never accepted
            )
        )
    done = replace(base, title=version.title, sections=tuple(sections), lesson_version=version.master_version)
    return replace(done, warnings=checks.cautions(done, form), limits=checks.limits(done, form))


def stale_sections(version: Version, lesson: Lesson) -> dict[str, tuple[str, ...]]:
    """The sections of a version that no longer agree with the lesson: code -> fields of the lesson that changed."""
    unwritten = {
        one["code"] for one in version.sections if one["source"] == "P" and not rules.body(one).strip()
    }
    found = stale(version.field_hashes, field_hashes(lesson))
    return {item.section: item.fields for item in found if item.section not in unwritten}


def messages(
    lesson: Lesson, sections: list[dict[str, Any]], title: str, *, immediate: bool
) -> tuple[dict[str, str], str, list[str]]:
    """The e-mail with its slots still open, the short message, and what is wrong with them in words.

    The lines of what to do now are those of the front-line version, word for word.
    """
    wrong: list[str] = []
    lines = next((tuple(one["lines"]) for one in sections if one["code"] == "do_now"), ())
    mail_form = replace(compose(replace(lesson, title=title), "email"), title=title)
    if lines:
        mail_form = replace(
            mail_form,
            sections=tuple(
                replace(one, lines=lines, text="") if one.code == "do_now" else one
                for one in mail_form.sections
            ),
        )
    words: dict[str, str] = {}
    try:
        made = email_form.message(mail_form)
        words = {"subject": made.subject, "html": made.html, "text": made.text}
    except (ValueError, KeyError) as problem:
        wrong.append(str(problem))
    short = ""
    try:
        short = short_form.sms(
            compose(replace(lesson, title=title), "short"),
            f"{network.network().base_url}/to-know/{lesson.ref}/",
            immediate=immediate,
        ).text
    except ValueError as problem:
        wrong.append(str(problem))
    return words, short, wrong


def own_words(lesson: Lesson) -> list[str]:
    """The days and roles of the plan itself, which say nothing about the event."""
    days = [lesson.know_by, lesson.act_by, lesson.review_on, *(one.due_on for one in lesson.actions)]
    return [
        *(form(day) for day in days if day for form in (dates.full, dates.day_month, dates.weekday)),
        *(one.owner for one in lesson.actions if one.owner),
    ]


def email_hash(words: Mapping[str, str]) -> str:
    """The hash that binds the approved e-mail, or nothing when there is none."""
    return mail.approved_sha256(words) if words else ""


def signed_digest(version: Version) -> str:
    """The digest of the exact words that approvers sign for this version."""
    extra = {"email_sha256": version.email_sha256, "short": version.short}
    return release.digest(version.audience, rules.signed_parts(version.title, version.sections, extra))
