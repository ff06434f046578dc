"""What the sites answered, promised, told, showed and had checked; one promise did not hold and was opened again."""

import functools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from everysite.act import queries as acts
from everysite.act import services as act
from everysite.cli.demo import texts
from everysite.cli.demo.calendar import Story, at
from everysite.cli.demo.knowing import LEADS


@dataclass(frozen=True)
class Promise:
    """One commitment of the story: when it was told done, whether there is proof, who checked it and when."""

    code: str
    place: str
    done_on: date
    proof: str = "document"
    checker: str = ""
    checked_on: date | None = None


CARD = "Night card with names and number, one for each ward"
PROMISES = [
    Promise("A1", "OGH", date(2026, 3, 16), "audit", "Agnieszka", date(2026, 4, 20)),
    Promise("A1", "BRH", date(2026, 3, 30), "audit", "Grace", date(2026, 5, 11)),
    Promise("A1", "EQG", date(2026, 5, 18), "document"),
    Promise("A2", "", date(2026, 3, 27), "document", "Ottoline", date(2026, 4, 10)),
    Promise("A3", "OGH", date(2026, 3, 30), "document", "Agnieszka", date(2026, 4, 20)),
    Promise("A3", "BRH", date(2026, 4, 13), "document", "Grace", date(2026, 5, 11)),
    Promise("A3", "SAH", date(2026, 4, 24), "document"),
    Promise("A3", "LLC", date(2026, 4, 27), "document"),
    Promise("A3", "EQG", date(2026, 5, 29), "document"),
    Promise("A4", "BRH-01", date(2026, 4, 14), "observation", "Grace", date(2026, 5, 13)),
    Promise("A4", "BRH-02", date(2026, 4, 21), "observation"),
    Promise("A4", "OGH-01", date(2026, 4, 9), "observation", "Agnieszka", date(2026, 4, 22)),
    Promise("A4", "OGH-02", date(2026, 4, 23), "observation"),
    Promise("A4", "EQG-01", date(2026, 4, 27), ""),
    Promise("A4", "EQG-02", date(2026, 5, 22), ""),
]
LATE_BRIEFINGS = {"BRH-06": date(2026, 4, 30), "EQG-03": date(2026, 5, 4), "SAH-03": date(2026, 5, 6)}
CHECKED_BRIEFINGS = {
    "BRH-03": "Grace",
    "OGH-03": "Agnieszka",
    "EQG-01": "Agnieszka",
    "SAH-01": "Agnieszka",
    "LLC-01": "Agnieszka",
}
NEVER_BRIEFED = "EQG-04"
CONDITIONS = {str(n): "yes" for n in range(len(texts.FACTORS))}
ANSWERS: dict[str, dict[str, dict[str, Any]]] = {
    "SAH": {
        "q1": {"conditions": {**CONDITIONS, "0": "no", "1": "no"}},
        "q2": {
            "found": "happened",
            "month": "2026-01",
            "what": "NEWS2 stood at 9 for three hours and nobody knew whom to call.",
        },
        "q3": {
            "text": "We use our own heart pathway, and people who may have a clot go straight to the scanner. We have no "
            "emergency department and no rule-out form that somebody could close. The night card would help "
            "our wards as much as any other."
        },
        "q4": {
            "what": "Each person with chest symptoms is scanned on the day they come in.",
            "by": "Heart ward sister",
            "month": "2026-02",
            "sample": "20 records",
        },
    },
    "LLC": {
        "q1": {"conditions": {**CONDITIONS, "0": "no"}},
        "q2": {"found": "none", "where": "Records of both wards for 12 months, and we asked the night staff"},
        "q3": {
            "text": "Nobody comes to us with new chest symptoms. People who become unwell here are sent by ambulance to "
            "the nearest emergency department, and its doctors go through the checklist there. Our host owns "
            "the form system and we have no such form."
        },
        "q4": {
            "what": "We send people to an emergency department within the hour.",
            "by": "Ward lead",
            "month": "2026-02",
            "sample": "8 transfers",
        },
    },
}


def put(story: Story) -> None:
    """Put answers, promises and checks into the calendar."""
    day_0 = date(2026, 3, 2)
    story.on(at(day_0, "10:00"), "Act", functools.partial(_order_by_lot, story))
    for code, day in (("OGH", 2), ("BRH", 3), ("EQG", 6), ("LLC", 5)):
        story.on(at(date(2026, 3, day), "16:00"), "Act", functools.partial(_required, story, code))
    story.on(at(date(2026, 3, 5), "11:00"), "Act", functools.partial(_four_answers, story, "SAH"))
    story.on(at(date(2026, 3, 9), "11:00"), "Act", functools.partial(_required, story, "SAH"))
    story.on(
        at(date(2026, 3, 9), "11:30"),
        "Act",
        functools.partial(_not_required, story, "SAH", "not_our_service"),
    )
    story.on(at(date(2026, 3, 12), "11:00"), "Act", functools.partial(_four_answers, story, "LLC"))
    story.on(
        at(date(2026, 3, 12), "11:30"),
        "Act",
        functools.partial(_not_required, story, "LLC", "not_our_service"),
    )
    for promise in [*PROMISES, *_briefings(story)]:
        story.on(at(promise.done_on, "16:30"), "Act", functools.partial(_done, story, promise))
        if promise.checker and promise.checked_on:
            story.on(at(promise.checked_on, "14:00"), "Act", functools.partial(_works, story, promise))
    story.on(at(date(2026, 5, 12), "14:00"), "Act", functools.partial(_empty_room, story))
    again = Promise("A3", "SAH", date(2026, 5, 26), "document", "Agnieszka", date(2026, 6, 1))
    story.on(at(again.done_on, "16:30"), "Act", functools.partial(_done, story, again))
    story.on(at(date(2026, 6, 1), "14:00"), "Act", functools.partial(_works, story, again))


def _briefings(story: Story) -> list[Promise]:
    """The seven-minute briefing in each of the 26 teams, but one."""
    teams = sorted({one.team for one in story.work["told"]} - {NEVER_BRIEFED})
    found = []
    for number, team in enumerate(teams):
        week, weekday = divmod(number % 15, 5)
        done = LATE_BRIEFINGS.get(team, date(2026, 3, 9) + timedelta(weeks=week, days=weekday))
        checker = CHECKED_BRIEFINGS.get(team, "")
        found.append(
            Promise("A5", team, done, "observation", checker, date(2026, 5, 14) if checker else None)
        )
    return found


def _order_by_lot(story: Story, when: datetime) -> None:
    """The form goes live in an order drawn by lot: each site gets its own day."""
    for code, day in (("OGH", date(2026, 3, 16)), ("BRH", date(2026, 3, 30)), ("EQG", date(2026, 4, 20))):
        row = _row(story, "A1", code, when)
        one = acts.one(story.viewer("Morwenna", when), row.pk, when)
        act.change(
            commitment_id=row.pk,
            owner=str(row.owner_id),
            due_on=day,
            adaptation="",
            progress="",
            seen=one.mark if one else "",
            by=story.by("Morwenna"),
            at=when,
        )


def _row(story: Story, code: str, place: str, when: datetime) -> Any:
    rows = acts.commitments(story.viewer("Morwenna", when), learning_id=story.work["learning"].pk).filter(
        action__code=code
    )
    if not place:
        return rows.get()
    return rows.get(team=story.teams[place]) if "-" in place else rows.get(site=story.sites[place], team=None)


def _response(story: Story, code: str, when: datetime) -> Any:
    found = acts.response(
        story.viewer(LEADS[code], when), code, story.work["learning"].reference, when.date()
    )
    return found.row if found else None


def _required(story: Story, code: str, when: datetime) -> None:
    act.require(response_id=_response(story, code, when).pk, by=story.by(LEADS[code]), at=when)


def _four_answers(story: Story, code: str, when: datetime) -> None:
    """ "Not required" needs four answers first; the second of them found an event that nobody had thought of."""
    for question, values in ANSWERS[code].items():
        row = _response(story, code, when)
        act.answer(
            response_id=row.pk,
            question=question,
            values=values,
            seen=acts.answer_mark(row, question),
            by=story.by(LEADS[code]),
            at=when,
        )


def _not_required(story: Story, code: str, reason: str, when: datetime) -> None:
    act.decline_action(
        commitment_id=_row(story, "A1", code, when).pk,
        reason=reason,
        review_on=date(2026, 9, 2),
        by=story.by(LEADS[code]),
        at=when,
    )


def _done(story: Story, promise: Promise, when: datetime) -> None:
    row = _row(story, promise.code, promise.place, when)
    by = str(row.owner_id)
    act.tell_done(commitment_id=row.pk, by=by, at=when)
    words = {
        "document": "The page that says what is done here",
        "observation": "It was watched from start to end",
        "audit": "Forms closed after the change",
    }
    if promise.proof:
        values: dict[str, Any] = {
            "kind": promise.proof,
            "text": CARD if promise.code == "A3" else words[promise.proof],
            "on": when.date(),
        }
        if promise.proof == "audit":
            values |= {"sample": 20, "found": 20}
        act.attach(commitment_id=row.pk, values=values, by=by, at=when)


def _asked(story: Story, row: Any, checker: str, when: datetime) -> None:
    act.ask_checker(commitment_id=row.pk, checker=story.by(checker), by=story.by("Morwenna"), at=when)


def _works(story: Story, promise: Promise, when: datetime) -> None:
    row = _row(story, promise.code, promise.place, when)
    _asked(story, row, promise.checker, when)
    calls = promise.code == "A3"
    worked = 9 if (promise.code, promise.place) == ("A3", "BRH") else 10
    act.record_check(
        commitment_id=row.pk,
        by=story.by(promise.checker),
        at=when,
        values={
            "method": "test_call" if calls else "audit" if promise.code in ("A1", "A2") else "ask",
            "result": "works",
            "sample": 10,
            "worked": worked,
            "seen": "Each call was answered by the role on the card"
            if calls
            else "It is done as it was told",
            "take_home": "Put the card beside the phone" if calls else "",
        },
    )


def _empty_room(story: Story, when: datetime) -> None:
    """The number on the card rings in an empty room: three calls of ten are answered, so it is opened again."""
    row = _row(story, "A3", "SAH", when)
    _asked(story, row, "Agnieszka", when)
    act.record_check(
        commitment_id=row.pk,
        by=story.by("Agnieszka"),
        at=when,
        values={
            "method": "test_call",
            "result": "partly",
            "sample": 10,
            "worked": 3,
            "seen": "The number rings in an empty room; three of ten calls were answered",
            "take_home": "Call your own number",
        },
    )
    act.reopen(
        commitment_id=row.pk,
        why="The number rings in an empty room: 3 of 10 calls were answered.",
        by=story.by("Orla"),
        at=when,
    )
