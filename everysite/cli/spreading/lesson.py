"""The lesson draft, and one version for each audience; nothing is invented: what a person must write is listed."""

from datetime import timedelta

from everysite.base import clock, vocab
from everysite.cli.spreading.safe import DEFAULT_REASON, DEFAULT_TITLE
from everysite.cli.spreading.walk import State
from everysite.deidentify import rules as deidentify_rules
from everysite.learn import queries as learned
from everysite.learn import services as learn
from everysite.network import queries
from everysite.tailor import queries as tailored
from everysite.tailor import services as tailor

LESSON = (
    "When you have read this, ask in your team if it could happen here, because what happened at one site "
    "can happen at another."
)
DO_NOW = (
    "Read what happened.",
    "Ask in your team: could it happen here?",
    "Tell your site lead what you found.",
)
READERS = ("frontline", "managers", "board", "commissioners", "public", "researchers")
MOST_WORDS = 200


def write(state: State) -> None:
    """Write the lesson record from the safe text and what the command was given, and agree it."""
    wish, at, author = state.wish, state.at, str(state.people["author"].pk)
    learning = learn.start_from_safe_text(
        safe_text_id=state.safe.pk,
        title=wish.title or DEFAULT_TITLE,
        by=author,
        at=at,
        author=author,
        owner=author,
    )
    parts: list[tuple[str, dict[str, object]]] = [
        ("what-happened", {"what_happened": _shortened(state.safe.text)}),
        ("went-well", {"went_well": "Nothing found."}),
        ("lesson", {"lesson": wish.lesson or LESSON}),
        ("do-now", {"do_now": {"all": list(wish.do or DO_NOW)[:3]}}),
        ("questions", {"questions": ["Could it happen here? What would make it easy?"]}),
        ("dates", _dates(state)),
    ]
    for section, values in parts:
        stands = learned.section(state.work["viewer"], learning, section)
        seen = stands.seen if stands else ""
        learning = learn.edit(
            learning_id=learning.pk, section=section, values=values, seen=seen, by=author, at=at
        )
    learn.agree(learning_id=learning.pk, why="from the command line", by=author, at=at)
    state.learning = learned.one(state.work["viewer"], learning.reference)
    given = {"title": wish.title, "lesson": wish.lesson, "do_now": list(wish.do)}
    state.work["to_write"] = [name for name, value in given.items() if not value] + [
        "why",
        "went_well",
        "actions",
    ]


def _dates(state: State) -> dict[str, object]:
    today = clock.local_day(state.at)
    know, act = vocab.urgency_days(state.wish.urgency)
    know_by = state.wish.deadline or today + timedelta(days=know)
    return {
        "urgency": state.wish.urgency,
        "know_by": know_by,
        "act_by": max(know_by, today + timedelta(days=act)),
    }


def _shortened(text: str) -> str:
    """Return the safe text cut at a sentence's end near the record's 200 words; the whole stays in safe.json."""
    words = text.split()
    if len(words) <= MOST_WORDS:
        return text
    cut = " ".join(words[:MOST_WORDS])
    end = max(cut.rfind(". "), cut.rfind("? "), cut.rfind("! "))
    return cut[: end + 1] if end > len(cut) // 2 else cut + " …"


def versions(state: State) -> None:
    """Make every version, accept what is assembled, approve and publish the ones that this release covers."""
    at, author = state.at, str(state.people["author"].pk)
    viewer = state.work["viewer"]
    state.work["cards"] = {}
    for readers in READERS:
        version = tailor.make(learning_id=state.learning.pk, readers=readers, by=author, at=at)
        for section in version.sections:
            if section.get("source") == "S" and not section.get("accepted"):
                version = tailor.accept(
                    version_id=version.pk,
                    code=section["code"],
                    seen=tailored.section_mark(version, section["code"]),
                    by=author,
                    at=at,
                )
        state.versions.append(version)
    frontline = tailor.submit(version_id=state.versions[0].pk, by=author, at=at)
    checklist: dict[str, object] = {code: True for code, _ in deidentify_rules.CHECKLIST}
    checklist["reason"] = state.wish.reason or DEFAULT_REASON
    for person in state.people["approvers"]:
        signing = tailored.signing(viewer, frontline, at)
        if signing.signed and len(signing.signed) >= signing.needed:
            break
        tailor.approve(
            version_id=frontline.pk, digest=signing.digest, by=str(person.pk), at=at, checklist=checklist
        )
    state.versions[0] = tailor.publish(version_id=frontline.pk, by=author, at=at)
    state.work["viewer"] = queries.viewer(author, clock.local_day(at))
