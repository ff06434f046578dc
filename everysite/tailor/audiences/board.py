"""Board page: executive and board; figures by rule and up to 60 words by the lead; one A4 side."""

from everysite.base import vocab
from everysite.tailor import dates
from everysite.tailor.audiences import parts
from everysite.tailor.document import Field, Material, Template

TOO_EARLY = "There are no figures yet."


def _headline(material: Material) -> str:
    figures = material.lesson.figures
    if figures is None:
        return f"{TOO_EARLY} The lesson: {parts.sentence(material.lesson.lesson)}"
    share = parts.percent(figures.knew_in_time, figures.due)
    return (
        f"{figures.knew_in_time:,} of {figures.due:,} people ({share}%) knew by the deadline, and "
        f"{figures.verified} of {figures.actions_required} actions have been checked by another site."
    )


def spread(material: Material) -> tuple[str, ...]:
    """How many know, then each site, worst first."""
    figures = material.lesson.figures
    if figures is None:
        return ()
    now = parts.percent(figures.know_now, figures.due)
    first = f"{figures.know_now:,} of {figures.due:,} people ({now}%) know on {dates.full(figures.as_of)}."
    return (first, *(f"{item.site}: {item.know}" for item in figures.worst_first))


def done(material: Material) -> tuple[str, ...]:
    """Told us done, evidence and verified: three numbers, never one."""
    figures = material.lesson.figures
    if figures is None:
        return ()
    whole = figures.actions_required
    return (
        f"Told us done: {figures.told_done} of {whole}.",
        f"Evidence attached: {figures.evidence} of {whole}.",
        f"Verified by another site: {figures.verified} of {whole}.",
    )


def _weak(material: Material) -> str:
    figures = material.lesson.figures
    if figures is None or figures.weaker_percent is None:
        return ""
    return (
        f"{figures.weaker_percent}% of the actions are of the weaker kind, such as training or a new policy."
    )


def verdicts(material: Material) -> tuple[str, ...]:
    """What each measure shows, with its comparison and how often the test is fooled."""
    figures = material.lesson.figures
    if figures is None:
        return ()
    found = []
    for item in figures.verdicts:
        word = (
            vocab.label("effect_verdict", item.verdict)
            if vocab.is_code("effect_verdict", item.verdict)
            else item.verdict
        )
        tail = " ".join(parts.sentence(part) for part in (item.comparison, item.placebo) if part)
        found.append(f"{item.measure}, {item.where}: {word[:1].lower()}{word[1:]}. {tail}".strip())
    return tuple(found)


def _off_track(material: Material) -> tuple[str, ...]:
    figures = material.lesson.figures
    if figures is None:
        return ()
    return tuple(parts.sentence(f"{item.what}: {item.who}, {item.by_when}") for item in figures.off_track)


def _risk(material: Material) -> str:
    return parts.first_sentences(material.lesson.lesson, 1, 60)


TEMPLATE = Template(
    code="board",
    version=1,
    title="Board page",
    audience="board",
    fields=(
        Field("headline", "In one sentence", "G", "Reach and checked actions in one sentence.", _headline),
        Field("risk", "The risk", "S", "The risk in one line.", _risk, most_words=60),
        Field("spread", "Who knows", "G", "Who knew by the deadline, worst site first.", spread, required=False),
        Field("actions", "Actions", "G", "Told us done, evidence, verified.", done, required=False),
        Field("weak_share", "Strength", "G", "Share of weaker actions.", _weak, required=False),
        Field("effect", "Did it make a difference?", "G", "Each measure with its comparison.", verdicts,
              required=False),
        Field("off_track", "Off track", "G", "What, who, by when.", _off_track, required=False),
        Field("ask", "What we ask of you", "P", "One act with a date.", most_words=60, about=("lesson", "figures")),
        Field("note", "From the lead", "P", "Up to 60 words by the lead.", required=False, most_words=60,
              about=("figures",)),
    ),
    checks=("LN", "EM"),
)  # fmt: skip
