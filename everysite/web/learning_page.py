"""What the pages of one learning say: its line of steps, what stops it, and the forms of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from everysite.act import queries as act
from everysite.base import vocab
from everysite.base.clock import local_day
from everysite.diffuse import queries as diffuse
from everysite.disseminate import queries as spread
from everysite.learn import queries as learn
from everysite.learn import rules, wording
from everysite.measure import board
from everysite.measure.difference import difference, plan_line
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.network.staff_groups import STAFF_GROUPS
from everysite.tailor import queries as tailor
from everysite.tailor.rules import READER_WORDS
from everysite.web.actions_page import day
from everysite.web.effect_page import got_worse, headline
from everysite.web.forms.parts import Choice, DayParts, Field, Form
from everysite.web.frame import Link
from everysite.web.parts import Step, Tag

SECTION_WORDS = {
    "title": "Title and kind",
    "what-happened": "What happened",
    "why": "Why it happened",
    "went-well": "What went well",
    "lesson": "The lesson",
    "do-now": "Do this now",
    "questions": "Questions to talk about",
    "story": "A story",
    "dates": "How urgent, and the days",
    "people": "People",
    "weak-plan": "Why only weaker actions",
}
PLACES = {
    "what-happened": ("shared layer", "texts about people"),
    "why": ("shared layer", "texts about people"),
    "lesson": ("shared layer",),
    "do-now": ("shared layer", "actions"),
    "title": ("shared layer",),
    "went-well": ("shared layer",),
}


@dataclass(frozen=True)
class Facts:
    """Everything the journey says, read once."""

    learning: Any
    sources: Sequence[Any]
    safe: Any
    edition: Any
    actions: Sequence[Any]
    cards: Any
    plan: Any
    reach: Any
    routes: Any
    counts: Any
    champions: int
    told: Any
    teams: Any
    public: Any
    measures: Any


def facts_of(viewer: Viewer, learning: Any, now: datetime) -> Facts:
    """Read what each step knows about one learning."""
    today = local_day(now)
    plan = spread.plan_of(viewer, learning.pk, now=now)
    issued = plan is not None and plan.line.state not in ("draft", "cancelled")
    cards = tailor.cards(viewer, learning)
    editions = learn.editions(viewer, learning)
    return Facts(
        learning,
        learn.sources(viewer, learning),
        learn.made_safe(viewer, learning),
        editions[0] if editions else None,
        learn.actions(viewer, learning),
        cards,
        plan,
        spread.reach(viewer, learning.pk, now=now, exact=True) if issued else None,
        spread.routes(viewer, learning.pk, exact=True) if issued else {},
        act.totals(viewer, learning.pk, today),
        len(diffuse.champions(viewer, today)) if issued else 0,
        diffuse.told_by_counts(viewer, learning.pk) if issued else None,
        spread.silent_teams(viewer, learning.pk, now=now) if issued else None,
        next(
            (card for readers, card in cards.items() if readers == "public" and card.state == "published"),
            None,
        ),
        difference(viewer, learning.pk),
    )


def _since(at: datetime | None) -> str:
    return f"since {day(at)}" if at else ""


def steps(found: Facts, today: date) -> list[Step]:
    """The line of steps: each with its state, one sentence of fact and a time."""
    base = f"/learning/{found.learning.reference}/"
    made = [
        _captured(found, base),
        _made_safe(found, base),
        _agreed(found, base),
        _tailored(found, base),
        _sent(found, base),
    ]
    made += [
        _passed_on(found, base),
        _acted(found, today),
        _met(found, base),
        _published(found, base),
        _measured(found),
    ]
    return [*made, _told_back(found)]


def _captured(found: Facts, base: str) -> Step:
    own = [one for one in found.sources if one.relation == "from"]
    like = [one for one in found.sources if one.relation == "similar"]
    when = sorted(one.event.recorded_at for one in own if one.event)
    also = f", and {_many(len(like), 'other')} like it" if like else ""
    words = f"{_many(len(own), 'event')}{also}." if own or like else "Written without an event."
    return Step(
        "Captured", "done", words, day(when[0]) if when else day(found.learning.started_at), f"{base}edit/"
    )


def _many(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def _made_safe(found: Facts, base: str) -> Step:
    safe = found.safe
    if safe.last:
        ended = (
            f", ended {'once' if safe.ended == 1 else f'{safe.ended} times'} by an edit, signed again"
            if safe.ended
            else ""
        )
        return Step(
            "Made safe",
            "done",
            f"{_many(len(safe.signers), 'approval')}{ended}.",
            f"{day(safe.first)} to {day(safe.last)}",
        )
    if safe.first:
        return Step("Made safe", "now", "It waits for approval.", _since(safe.first))
    if any(one.event for one in found.sources):
        return Step("Made safe", "stopped", "No approved text yet. Make the event safe first.")
    return Step("Made safe", "done", "No event text was used.")


def _agreed(found: Facts, base: str) -> Step:
    weak = wording.weaker_share([action.strength for action in found.actions])
    strong = f" {weak} in 100 are weaker." if weak is not None else ""
    if found.edition is None:
        return Step(
            "Learning agreed", "now", "Not agreed yet.", _since(found.learning.started_at), f"{base}edit/"
        )
    state = "stopped" if learn.changed_since_agreed(found.learning) else "done"
    text = (
        "The text has changed since. Agree it again."
        if state == "stopped"
        else f"Version {found.edition.version}. {_many(len(found.actions), 'action')}.{strong}"
    )
    return Step("Learning agreed", state, text, day(found.edition.at), f"{base}edit/")


def _tailored(found: Facts, base: str) -> Step:
    href, cards = f"{base}versions/", found.cards
    if not cards:
        return Step(
            "Tailored", "now" if found.edition else "todo", "One version for each kind of reader.", "", href
        )
    stale = [READER_WORDS[readers] for readers, card in cards.items() if card.stale]
    live = sum(card.state == "published" for card in cards.values())
    if stale:
        return Step("Tailored", "stopped", f"**{len(stale)} out of date**: {', '.join(stale)}.", "", href)
    newest = max(card.version.written_at for card in cards.values())
    return Step(
        "Tailored",
        "done" if live else "now",
        f"{_many(len(cards), 'version')}, {live} in force. All up to date.",
        day(newest),
        href,
    )


def _sent(found: Facts, base: str) -> Step:
    plan, reach = found.plan, found.reach
    if plan is None or reach is None or not plan.line.counted:
        ready = any(
            card.readers == "frontline" and card.state == "published" for card in found.cards.values()
        )
        return Step("Sent", "now" if ready else "todo", "Needs a spread plan.", "", f"{base}plan/")
    due = reach.due_on
    text = f"**{_n(reach.in_time)} of {_n(reach.due)}** knew by {day(due)}. **{_n(reach.now)}** know now."
    return Step("Sent", "done", text, day(plan.line.released_at), f"{base}spread/")


def _n(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _passed_on(found: Facts, base: str) -> Step:
    if found.reach is None:
        return Step("Passed on", "todo", "Starts when it is sent.")
    heard = ""
    if found.told is not None and not found.told.early:
        heard = f" {round(100 * found.told.peers_share)} of 100 who answered heard it from a colleague."
    champions = f"{_many(found.champions, 'champion')}." if found.champions else ""
    return Step(
        "Passed on",
        "done" if heard else "now",
        (champions + heard).strip() or "Too early to say.",
        _since(found.plan.line.released_at),
        f"{base}spread/peers/",
    )


def _acted(found: Facts, today: date) -> Step:
    counts, href = found.counts, f"/actions/?learning={found.learning.reference}"
    if not counts.asked:
        return Step("Acted on", "todo", "Sites are asked when it is sent.")
    text = f"**{counts.required} actions**: {counts.told_done} told us done, {counts.evidence} evidence, **{counts.verified} checked**. {counts.open} open."
    when = f"{counts.most_days_late} days past the date" if counts.late else ""
    return Step("Acted on", "done" if counts.verified == counts.required else "now", text, when, href)


def _met(found: Facts, base: str) -> Step:
    talks = found.routes.get("huddle", 0)
    meetings = found.routes.get("meeting", 0)
    if not talks and not meetings:
        return Step("Met and trained", "todo" if found.reach is None else "now", "No team talk recorded yet.")
    return Step(
        "Met and trained", "done", f"{_n(talks)} confirmed in a team talk, {_n(meetings)} at a meeting."
    )


def _published(found: Facts, base: str) -> Step:
    if found.public is None:
        return Step("Published", "todo", "No public summary yet.", "", f"{base}versions/public/")
    return Step(
        "Published",
        "done",
        "The public summary is in the library.",
        day(found.public.version.published_at),
        f"/library/{found.learning.reference}/",
    )


def _measured(found: Facts) -> Step:
    if not found.measures.measured:
        return Step("Measured", "todo", "Not measured yet.", "", "/measures/")
    worse = got_worse(found.measures)
    return Step(
        "Measured",
        "now",
        " ".join(part for part in (headline(found.measures), worse, plan_line(found.measures)) if part),
        "",
        f"/learning/{found.learning.reference}/effect/",
    )


def _told_back(found: Facts) -> Step:
    wants = sum(bool(one.event and one.event.wants_feedback) for one in found.sources)
    if found.reach is None:
        return Step(
            "Told back",
            "todo",
            f"{_many(wants, 'person')} asked to hear."
            if wants == 1
            else f"{wants} people asked to hear."
            if wants
            else "",
        )
    return Step("Told back", "now", "Those who recorded it see on their own page what changed because of it.")


def stops(viewer: Viewer, found: Facts, today: date) -> list[tuple[str, str]]:
    """What stops it, in words, with where to go: what is missing, what is late, who is silent."""
    base = f"/learning/{found.learning.reference}/"
    lines = [
        (
            gap.text,
            f"{base}edit/" if gap.section in ("agree", "holds", "actions") else f"{base}edit/{gap.section}/",
        )
        for gap in learn.blockers(viewer, found.learning)
    ]
    stale = [readers for readers, card in found.cards.items() if card.stale]
    if stale:
        lines.append((f"{_many(len(stale), 'version')} out of date", f"{base}versions/"))
    if found.teams is not None:
        lines += [
            (
                f"{team.name} at {team.site_code}: silent",
                f"/site/{team.site_code}/learning/{found.learning.reference}/",
            )
            for team in found.teams.teams[:3]
        ]
    counts, actions = found.counts, f"/actions/?learning={found.learning.reference}"
    if counts.late:
        lines.append(
            (
                f"{_many(counts.late, 'action')} late, up to {counts.most_days_late} days",
                f"{actions}&show=late",
            )
        )
    if counts.evidence > counts.verified:
        lines.append(
            (
                f"{counts.evidence - counts.verified} of {counts.evidence} actions with evidence are not yet checked",
                f"{actions}&show=not-checked",
            )
        )
    return lines


def tags(learning: Any, plan: Any) -> list[Tag]:
    """How a learning stands: live, being written, called back; its urgency and evidence."""
    if learning.withdrawn_at:
        state = Tag("Called back", "red")
    elif learning.retired_on:
        state = Tag("Retired", "grey")
    elif plan is not None and plan.line.state == "live":
        state = Tag("Live", "green")
    else:
        state = Tag("Agreed", "blue") if learning.version else Tag("Being written", "yellow")
    return [
        state,
        Tag(f"{vocab.label('urgency', learning.urgency).split(':')[0]} urgency"),
        Tag(vocab.label("evidence_readiness", learning.readiness)),
    ]


def people_of(learning: Any, found: Facts) -> list[tuple[str, str]]:
    """Who owns, wrote, approved and leads it."""
    names = network.names(list(found.safe.signers))
    approved = " and ".join(names[one] for one in found.safe.signers if one in names)
    rows = [
        ("Owner", learning.owner.name if learning.owner else "Nobody yet"),
        ("Written by", learning.author.name if learning.author else "Nobody yet"),
    ]
    rows += [("Approved by", approved)] if approved else []
    return [
        *rows,
        ("Executive lead", learning.executive_lead.name if learning.executive_lead else "Nobody yet"),
    ]


def next_links(viewer: Viewer, found: Facts) -> list[Link]:
    """What to do next, the most useful first."""
    base, links = f"/learning/{found.learning.reference}/", []
    if found.learning.withdrawn_at:
        return [Link(f"{base}history/", "Full history, from the ledger")]
    if found.edition is None or learn.changed_since_agreed(found.learning):
        links.append(Link(f"{base}edit/", "Write and agree the main text"))
    elif found.plan is None or found.reach is None:
        links += [
            Link(f"{base}versions/", "Write the versions for each reader"),
            Link(f"{base}plan/", "Plan how it spreads"),
        ]
    else:
        links.append(
            Link(
                f"/actions/?learning={found.learning.reference}&show=not-checked",
                "Ask other sites to check actions",
            )
        )
        if board.may_see(viewer):
            links.append(Link(f"{base}reaim/", "Did it reach, take hold and last?"))
    if learn.may(viewer, "recall", found.learning) and found.learning.version:
        links.append(Link(f"{base}withdraw/", "Call this learning back"))
    return links


# Forms of the parts


def form_of(section: str, values: dict[str, Any], viewer: Viewer, today: date) -> Form:
    """The form of one section, filled with what stands there."""
    return Form(*_fields(section, values, viewer, today))


def _fields(section: str, values: dict[str, Any], viewer: Viewer, today: date) -> list[Field]:
    if section == "title":
        return [
            Field(
                "title",
                "What should people do?",
                hint=f"Up to {rules.TITLE_WORDS} words and {rules.TITLE_CHARACTERS} characters. No names, no places.",
                value=values["title"],
            ),
            Field(
                "kind", "What kind of learning is it?", value=values["kind"], choices=_codes("learning_kind")
            ),
            Field(
                "readiness",
                "How much stands behind it?",
                value=values["readiness"],
                choices=_codes("evidence_readiness"),
            ),
        ]
    if section == "what-happened":
        return [
            Field(
                "what_happened",
                "What happened?",
                hint="No names, no places. Say the quarter, not the day.",
                value=values["what_happened"],
                most_words=None,
            )
        ]
    if section == "went-well":
        return [
            Field("went_well", "What went well?", hint="Or write “nothing found”", value=values["went_well"])
        ]
    if section == "lesson":
        return [
            Field(
                "lesson",
                "The lesson",
                hint="When (situation), do (act), because (reason). Up to 60 words reads best.",
                value=values["lesson"],
            ),
            Field("applies_where", "Where does it apply?", value=values["applies_where"], optional=True),
            Field(
                "does_not_apply_where",
                "Where does it not apply?",
                value=values["does_not_apply_where"],
                optional=True,
            ),
        ]
    if section == "why":
        rows = [*values["factors"], *[["", ""]] * 8][: rules.MOST_FACTORS]
        elements = _codes("seips_work_system")
        return [
            field
            for n, (element, sentence) in enumerate(rows)
            for field in (
                Field(
                    f"element-{n}",
                    f"Reason {n + 1}: part of the work system",
                    value=element,
                    choices=elements,
                    optional=True,
                ),
                Field(f"sentence-{n}", f"Reason {n + 1}, in one sentence", value=sentence, optional=True),
            )
        ]
    if section == "do-now":
        return [
            Field(
                f"role-{n}",
                "For everybody" if role == "all" else f"Only for {role}",
                hint="One line for each thing. Up to 3 lines of 15 words.",
                value="\n".join(values["do_now"].get(role, [])),
                optional=role != "all",
            )
            for n, role in enumerate(ROLES)
        ]
    if section == "questions":
        asked = [*values["questions"], "", "", ""][: rules.MOST_QUESTIONS]
        return [
            Field(f"question-{n}", f"Question {n + 1}", value=words, optional=True)
            for n, words in enumerate(asked)
        ]
    if section == "story":
        return [
            Field(
                "story",
                "The story, in the words of the person who told it",
                hint="Only words they agreed to share. Leave it empty if there is none.",
                value=values["story"],
                optional=True,
            )
        ]
    if section == "dates":
        return [
            Field("urgency", "How urgent is it?", value=values["urgency"], choices=_codes("urgency")),
            *[
                Field(
                    name,
                    words,
                    hint="Leave it empty to count from the day of issue",
                    value=date.fromisoformat(values[name]) if values[name] else DayParts(),
                    optional=True,
                )
                for name, words in (
                    ("know_by", "Know by"),
                    ("act_by", "Act by"),
                    ("review_on", "Look again on"),
                )
            ],
        ]
    if section == "people":
        known = learn.people(viewer, today)
        words = {
            "owner": "Who owns it?",
            "author": "Who writes it?",
            "executive_lead": "Which executive leads it?",
        }
        return [
            Field(
                name,
                words[name],
                value=values[name] or "",
                optional=True,
                choices=_people(known[name], values[name]),
            )
            for name in words
        ]
    return [
        Field(
            "weak_plan_reason",
            "Why are there only weaker actions?",
            hint="At least 20 characters. It is kept with the plan.",
            value=values["weak_plan_reason"],
        )
    ]


ROLES = ("all", *STAFF_GROUPS)


def _codes(name: str) -> list[Choice]:
    return [Choice(one.code, one.label) for one in vocab.codes(name)]


def _people(found: Sequence[Any], present: str | None) -> list[Choice]:
    seen = {str(person.pk): person.name for person in found}
    if present and present not in seen:
        seen |= network.names([present])
    return [Choice(pk, name) for pk, name in seen.items()]


def typed(section: str, form: Form) -> dict[str, Any]:
    """What was typed into the form of one section, as the service takes it."""
    if section == "why":
        return {
            "factors": [
                [form.choice(f"element-{n}"), form.text(f"sentence-{n}")] for n in range(rules.MOST_FACTORS)
            ]
        }
    if section == "do-now":
        return {"do_now": {role: form.text(f"role-{n}").split("\n") for n, role in enumerate(ROLES)}}
    if section == "questions":
        return {"questions": [form.text(f"question-{n}") for n in range(rules.MOST_QUESTIONS)]}
    if section == "dates":
        return {
            "urgency": form.choice("urgency"),
            **{name: form.day(name) for name in ("know_by", "act_by", "review_on")},
        }
    if section in ("title", "people"):
        return {name: form.text(name) if name == "title" else form.choice(name) for name in form.fields}
    return {name: form.text(name) for name in form.fields}


def hits_of(section: str, values: dict[str, Any]) -> list[wording.Warning]:
    """Words of a section that get in the way, while it is being written."""
    texts: list[str] = []
    for value in values.values():
        texts += [value] if isinstance(value, str) else [str(part) for part in _flat(value)]
    return [hit for text in texts for hit in wording.check(text, set(PLACES.get(section, ())))][:5]


def _flat(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [part for item in value.values() for part in _flat(item)]
    if isinstance(value, (list, tuple)):
        return [part for item in value for part in _flat(item)]
    return [value] if isinstance(value, str) else []


def cut(text: str, most: int = 120) -> str:
    """The start of a text in one line, cut between words."""
    line = " · ".join(part for part in text.split("\n") if part.strip())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + "…"


def shown(section: str, values: dict[str, Any]) -> str:
    """What stands in a section as plain lines, for the page that shows both texts."""
    if section == "why":
        return "\n".join(sentence for _, sentence in values["factors"]) or "Nothing"
    if section == "title":
        return "\n".join(
            [
                str(values["title"]),
                vocab.label("learning_kind", values["kind"]),
                vocab.label("evidence_readiness", values["readiness"]),
            ]
        )
    return "\n".join(str(part) for part in _flat(values)) or "Nothing"


LEDGER_WORDS = {
    "learning.start": "Started",
    "learning.edit": "Wrote “{section}”",
    "learning.agree": "Agreed version {version}",
    "learning.dates": "Set the days",
    "learning.source": "Added a source",
    "learning.source_removed": "Took a source away",
    "learning.action_added": "Added action {action_code}",
    "learning.action_changed": "Changed action {action_code}",
    "learning.action_dropped": "Dropped action {action_code}",
    "learning.retire": "Retired it",
    "learning.withdraw": "Called it back",
    "version.make": "Made the version for {readers}",
    "version.refresh": "Brought the version for {readers} up to date",
    "version.edit": "Wrote part of the version for {readers}",
    "version.accept": "Accepted part of the version for {readers}",
    "version.keep_warning": "Checked a warning and kept the words",
    "version.submit": "Sent the version for {readers} to the approvers",
    "version.take_back": "Took the version for {readers} back",
    "version.approved": "The version for {readers} is approved",
    "version.publish": "Put the version for {readers} in force",
    "version.withdraw": "Called a version back",
    "release.approve": "Approved exact words",
    "release.void": "Approvals ended",
    "relevance.write": "Wrote why it matters at a site",
    "relevance.check": "Checked why it matters at a site",
    "action.ask": "Asked {sites} sites and made {commitments} commitments",
    "response.acknowledge": "The site has it",
    "response.assess": "The site looks whether it applies",
    "response.answer": "The site answered a question",
    "response.finder": "The site said who finds out",
    "response.required": "Action required",
    "response.not_required": "Action not required",
    "commitment.change": "Changed {action_code}: owner, day or progress",
    "commitment.told_done": "Told us {action_code} is done",
    "commitment.evidence": "Attached proof to {action_code}",
    "commitment.evidence_removed": "Took a proof off {action_code}",
    "commitment.not_required": "{action_code} is not required",
    "commitment.ask_check": "Asked for a check of {action_code}",
    "commitment.check": "Checked {action_code}: {worked} of {sample}",
    "commitment.reopen": "Opened {action_code} again",
    "commitment.late": "A late action is shown to the {level}",
}


def ledger_words(line: Any) -> str:
    """What one ledger line says, in words; facts that are not there are left out."""
    facts = {**line.facts}
    facts["readers"] = READER_WORDS.get(facts.get("readers", ""), facts.get("readers", "")).lower()
    facts["section"] = SECTION_WORDS.get(facts.get("section", ""), facts.get("section", ""))
    facts["level"] = str(facts.get("level", "")).replace("_", " ")
    say = LEDGER_WORDS.get(line.action, line.action.replace(".", ": ").replace("_", " "))
    try:
        return say.format(**facts)
    except KeyError:
        return say.split("{")[0].strip()
