"""The rules of planned spread, each with a property."""

import itertools
import random
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.base import clock
from everysite.base.mail import NotSendable, approved_sha256, fill, problems, undo
from everysite.disseminate import rules, words
from everysite.disseminate.rules import Facts, Reader, Standing

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
days = st.dates(date(2026, 1, 1), date(2027, 1, 1))
maybe = st.none() | moments
facts = st.builds(
    Facts,
    due_before=moments,
    acknowledged_at=maybe,
    withdrawn_at=maybe,
    left_at=maybe,
    exempt_at=maybe,
    exempt_until=st.none() | days,
)
ids = st.uuids()
KEY = b"k" * 32


# --- standing


@given(facts, moments)
def test_everyone_stands_in_exactly_one_place(one, now):
    place = rules.standing(one, now=now, today=now.date())
    assert place in Standing
    known = one.acknowledged_at is not None and one.acknowledged_at <= now
    assert (place is Standing.ACKNOWLEDGED) == known
    if place in (Standing.OPEN, Standing.OVERDUE):
        assert (place is Standing.OVERDUE) == (now >= one.due_before)


@given(
    facts,
    st.sampled_from(["acknowledged_at", "withdrawn_at", "left_at", "exempt_at"]),
    st.timedeltas(timedelta(0), timedelta(days=300)),
)
def test_nothing_after_the_deadline_changes_a_figure_at_the_deadline(one, name, later):
    from dataclasses import replace

    due_on = (one.due_before - timedelta(hours=1)).date()
    before = rules.at_deadline(replace(one, **{name: None}), due_on)
    assert rules.at_deadline(replace(one, **{name: one.due_before + later}), due_on) is before


@given(st.lists(st.sampled_from(list(Standing))))
def test_figures_add_up(places):
    got = rules.figures(places)
    assert got["due"] == len(places) == sum(got[p.value] for p in Standing)


def test_an_exemption_ends_by_itself_after_its_day():
    one = Facts(due_before=T0 + timedelta(days=60), exempt_at=T0, exempt_until=date(2026, 3, 20))
    assert rules.standing(one, now=T0 + timedelta(days=18), today=date(2026, 3, 20)) is Standing.EXEMPT
    assert rules.standing(one, now=T0 + timedelta(days=19), today=date(2026, 3, 21)) is Standing.OPEN


@given(st.sampled_from([*rules.EXEMPT_CODES, "holiday"]), days, st.text(max_size=250), days)
def test_nobody_takes_themselves_off_and_the_rest_is_said_in_words(code, until, note, today):
    assert rules.exempt_problem(code=code, until=until, note=note, today=today, by="a", person="a")
    problem = rules.exempt_problem(code=code, until=until, note=note, today=today, by="a", person="b")
    fine = (
        code in rules.EXEMPT_CODES
        and 0 < (until - today).days <= 366
        and len(note) <= 200
        and (code != "other" or note.strip() != "")
    )
    assert (problem == "") == fine


# --- audience

names = st.sampled_from(["ed", "amu", "ward", ""])
readers = st.builds(
    Reader,
    site=st.sampled_from(["BRH", "OGH", ""]),
    team_service=names,
    own_service=names,
    staff_group=st.sampled_from(["doctors", "nurses and midwives", ""]),
    roles=st.frozensets(st.sampled_from(["site_lead", "partner", "team_lead", "patient", "service"])),
    outside=st.booleans(),
    active=st.booleans(),
)
entries = st.fixed_dictionaries(
    {},
    optional={
        "sites": st.lists(st.sampled_from(["BRH", "OGH"]), max_size=2),
        "services": st.lists(names, max_size=2),
        "staff_groups": st.lists(st.sampled_from(["doctors", "nurses and midwives"]), max_size=2),
        "roles": st.lists(st.sampled_from(["site_lead", "partner", "team_lead"]), max_size=2),
    },
)


@given(st.lists(entries, max_size=3), entries, readers)
def test_a_further_entry_never_takes_anybody_off(audiences, more, reader):
    assert not rules.resolves(audiences, reader) or rules.resolves([*audiences, more], reader)


@given(st.lists(entries, max_size=3), readers)
def test_outsiders_are_reached_only_by_an_entry_for_partners(audiences, reader):
    if rules.resolves(audiences, reader) and reader.outside:
        assert any("partner" in (e.get("roles") or []) for e in audiences)
    assert not rules.resolves([], reader)
    assert rules.resolves(audiences, reader) <= reader.active


def test_a_wrong_audience_is_explained():
    assert rules.audience_problems([]) == ["Say who needs to know: choose at least one group of people."]
    assert rules.audience_problems([{"sites": ["XXX"]}], sites={"BRH"}) == [
        "Group 1: no site has the code XXX."
    ]
    assert rules.audience_problems([{"hair": ["red"]}])
    assert rules.audience_problems([{"sites": "BRH"}])
    assert rules.audience_problems(["everyone"])
    assert rules.audience_problems([{"sites": ["BRH"]}], sites={"BRH"}) == []


@given(
    st.lists(st.sampled_from(rules.CHANNELS), unique=True),
    st.sampled_from([*rules.CHANNELS, "carrier pigeon"]),
    st.booleans(),
    st.booleans(),
)
def test_a_route_is_one_of_the_plan_and_can_reach(channels, wish, email, phone):
    found = rules.route(channels, wish=wish, email=email, phone=phone)
    can = {"email": email, "sms": phone, "huddle": True}
    assert (found == "") == (not any(can[c] for c in channels))
    if found:
        assert found in channels
        assert can[found]
        assert wish not in channels or not can[wish] or found == wish


# --- messages


def test_every_pair_of_states_that_the_table_lacks_is_refused():
    services = {s for allowed in rules.MOVES.values() for s in allowed} | {"nobody"}
    for before, after, service in itertools.product(
        [*rules.STATES, rules.NEW], rules.STATES, sorted(services)
    ):
        if service in rules.MOVES.get((before, after), ()):
            rules.check_move(before, after, service)
        else:
            with pytest.raises(rules.NoSuchMove):
                rules.check_move(before, after, service)


def test_no_resting_state_is_left_except_by_evidence():
    for (before, _), services in rules.MOVES.items():
        if before in rules.RESTING:
            assert services == {"fold"}
    assert not any(before == "suppressed" or before == "bounced" for before, _ in rules.MOVES)


@given(st.integers(1, 60), st.binary(min_size=16, max_size=16))
def test_waiting_grows_stays_in_bounds_and_repeats(attempt, seed):
    wait = rules.delay(attempt, seed)
    assert wait == rules.delay(attempt, seed)
    base = min(60 * 2 ** (attempt - 1), 4 * 3600)
    assert timedelta(seconds=0.8 * base) <= wait <= timedelta(seconds=1.2 * base)


@given(moments, moments)
def test_giving_up_lies_one_to_three_days_ahead(created, deadline):
    assert timedelta(hours=24) <= rules.give_up_at(created, deadline) - created <= timedelta(hours=72)


evidence = st.lists(
    st.tuples(
        st.sampled_from(["accepted", "receipt", "bounce", "delayed", "unreadable"]),
        st.sampled_from(["hard", "policy", "temporary", "250"]),
    )
)


@given(st.sampled_from(rules.STATES), evidence, st.randoms())
def test_evidence_in_any_order_and_in_any_portions_ends_in_the_same_state(state, said, order):
    whole = rules.folded(state, said)
    shuffled = list(said)
    order.shuffle(shuffled)
    assert rules.folded(state, shuffled) == whole
    now = state
    for number in range(len(shuffled)):
        now = rules.folded(now, shuffled[: number + 1])[0]
    assert now == whole[0]
    if whole[0] != state:
        rules.check_move(state, whole[0], "fold")


@given(ids, ids, st.sampled_from(["email", "sms"]), st.integers(1, 3))
def test_a_message_id_comes_from_what_the_message_is(version, person, channel, number):
    def made(**other):
        same = {
            "version": version,
            "approved": "a" * 64,
            "person": person,
            "channel": channel,
            "purpose": "issue",
            "address_no": number,
            "domain": "brackenvale.example",
        }
        return rules.message_id(KEY, **{**same, **other})

    assert made() == made()
    others = {
        made(),
        made(address_no=number + 1),
        made(purpose="recall"),
        made(approved="b" * 64),
        made(version=uuid.uuid4()),
        made(person=uuid.uuid4()),
    }
    assert len(others) == 6
    assert made().startswith("<")
    assert made().endswith("@brackenvale.example>")
    assert made().isascii()


@given(st.sampled_from(rules.STATES), st.text(), st.booleans())
def test_every_message_has_an_owner(state, reason, site):
    chain = rules.owner(state, reason, site=site)
    assert chain.roles
    assert set(chain.roles) & {"quality", "executive"}
    assert site or "site_lead" not in chain.roles


def test_a_site_without_a_lead_falls_to_the_quality_team_and_then_to_the_executive():
    chain = rules.owner("bounced", "hard")
    assert rules.first_living(
        chain, {"site_lead": ["d"], "quality": ["m"], "executive": ["s"]}.__getitem__
    ) == ("site_lead", "d")
    assert rules.first_living(chain, {"site_lead": [], "quality": ["m"], "executive": ["s"]}.__getitem__) == (
        "quality",
        "m",
    )
    assert rules.first_living(chain, {"site_lead": [], "quality": [], "executive": ["s"]}.__getitem__) == (
        "executive",
        "s",
    )
    assert rules.first_living(chain, lambda role: []) is None


# --- days


@given(days, st.integers(0, 20), st.frozensets(days, max_size=5))
def test_working_days_are_counted_without_weekends_and_quiet_days(day, count, quiet):
    after = rules.working_days_after(day, count, quiet)
    between = [day + timedelta(days=n) for n in range(1, (after - day).days + 1)]
    assert sum(d.weekday() < 5 and d not in quiet for d in between) == count


@given(days, st.lists(st.integers(0, 14), max_size=4), st.frozensets(days, max_size=4), st.integers(0, 20))
def test_each_reminder_goes_out_once_and_never_too_late(due_on, offsets, quiet, before_issue):
    made_on = due_on - timedelta(days=before_issue)
    sent = []
    for n in range(25):
        today = made_on + timedelta(days=n)
        found = rules.reminder_due(due_on, offsets, made_on=made_on, today=today, quiet=quiet)
        if found is not None:
            assert made_on < today <= due_on
            assert today not in quiet
            sent.append(rules.purpose_of_reminder(due_on, found))
    assert len(set(sent)) <= len(set(offsets))


def test_reminders_wait_over_easter_and_the_deadline_stands():
    easter = frozenset(date(2026, 4, day) for day in (3, 4, 5, 6))
    assert rules.reminder_on(date(2026, 4, 8), 4, easter) == date(2026, 4, 7)
    assert rules.reminder_on(date(2026, 4, 6), 2, easter) is None
    assert (
        rules.reminder_due(
            date(2026, 4, 8), [4], made_on=date(2026, 3, 30), today=date(2026, 4, 4), quiet=easter
        )
        is None
    )


def test_after_a_stoppage_only_the_latest_missed_reminder_goes_out():
    assert (
        rules.reminder_due(date(2026, 3, 16), [7, 2], made_on=date(2026, 3, 2), today=date(2026, 3, 15)) == 2
    )


def test_the_ladder_tells_the_site_first_and_the_executive_two_working_days_later():
    due = date(2026, 3, 16)
    assert rules.escalations_due(due, date(2026, 3, 16)) == []
    assert rules.escalations_due(due, date(2026, 3, 17)) == [(1, "site_lead")]
    assert rules.escalations_due(due, date(2026, 3, 18)) == [(1, "site_lead"), (2, "executive")]


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 3, 28),
        date(2026, 3, 29),
        date(2026, 10, 24),
        date(2026, 10, 25),
        date(2028, 2, 29),
        date(2026, 12, 31),
    ],
)
def test_a_deadline_ends_with_its_local_day_across_clock_changes(day):
    end = clock.end_of(day)
    assert clock.local_day(end - timedelta(seconds=1)) == day
    assert clock.local_day(end) == day + timedelta(days=1)


@given(days, days)
def test_a_joiner_has_at_least_two_weeks(know_by, joined):
    assert rules.joiner_due_on(know_by, joined) >= max(know_by, joined + timedelta(days=14))


# --- the link


@given(ids, ids, st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_token_is_read_back_and_fits_nobody_else(delivery, person, approved):
    token = rules.make_token(KEY, delivery=delivery, approved=approved, person=person)
    assert len(token) == 43
    found, code = rules.read_token(token)
    assert found == delivery
    assert rules.token_fits(KEY, code, delivery=delivery, approved=approved, person=person)
    assert not rules.token_fits(b"x" * 32, code, delivery=delivery, approved=approved, person=person)
    assert not rules.token_fits(KEY, code, delivery=delivery, approved="0" * 63, person=person)
    assert not rules.token_fits(KEY, code, delivery=uuid.uuid4(), approved=approved, person=person)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_token(text):
    found = rules.read_token(text)
    assert found is None or len(text) == 43


@given(ids, ids, st.integers(0, 42), st.integers(0, 63))
def test_one_changed_letter_makes_a_token_worthless(delivery, person, place, letter):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    token = rules.make_token(KEY, delivery=delivery, approved="a", person=person)
    changed = token[:place] + alphabet[letter] + token[place + 1 :]
    parts = rules.read_token(changed)
    good = (
        parts is not None
        and parts[0] == delivery
        and rules.token_fits(KEY, parts[1], delivery=delivery, approved="a", person=person)
    )
    assert good == (changed == token)


def test_a_link_lives_until_thirty_days_after_the_deadline():
    assert rules.link_alive(due_on=date(2026, 3, 16), today=date(2026, 4, 15), gone=False)
    assert not rules.link_alive(due_on=date(2026, 3, 16), today=date(2026, 4, 16), gone=False)
    assert not rules.link_alive(due_on=date(2026, 3, 16), today=date(2026, 3, 3), gone=True)


# --- plan and map


@given(maybe, maybe, maybe, st.booleans(), moments)
def test_a_plan_is_always_in_one_state(released, cooling, cancelled, over, now):
    state = rules.plan_state(
        released_at=released, cooling_until=cooling, cancelled_at=cancelled, over=over, now=now
    )
    assert state in {"draft", "cooling", "live", "closed"}
    assert (state == "closed") == (cancelled is not None or over)


def test_release_needs_words_people_a_day_and_a_second_person_for_outsiders():
    good = rules.ReleaseFacts(
        people=5, know_by=date(2026, 3, 16), today=date(2026, 3, 2), published=True, email_ready=True
    )
    from dataclasses import replace

    assert rules.release_problems(good) == []
    for change in (
        {"people": 0},
        {"know_by": None},
        {"know_by": date(2026, 3, 2)},
        {"published": False},
        {"email_ready": False},
        {"outside": ["x.example"]},
        {"blockers": ["Only weaker actions."]},
    ):
        assert len(rules.release_problems(replace(good, **change))) == 1, change
    agreed = {"outside": ["x.example"], "outside_agreed": ["x.example"]}
    assert rules.release_problems(replace(good, **agreed, outside_agreed_by="a", by="a"))
    assert rules.release_problems(replace(good, **agreed, outside_agreed_by="b", by="a")) == []


@given(st.lists(st.sampled_from(["a.example", "b.a.example", "other.example", "xa.example", ""])))
def test_only_the_own_domain_and_those_below_it_are_inside(domains):
    assert set(rules.outside(domains, "a.example")) == set(domains) & {"other.example", "xa.example"}


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_band_is_silent_only_when_nobody_knows(knew, due):
    name = rules.band(min(knew, due), due)
    assert (name == "silent") == (due > 0 and min(knew, due) == 0)
    assert (name == "all") == (due > 0 and knew >= due)


def test_a_silent_team_is_one_that_chance_does_not_explain():
    same = {"others_knew": 900, "others_due": 1456, "elapsed": 0.5}
    assert rules.silent(0, 46, **same)
    assert rules.silent(1, 46, **same)
    assert not rules.silent(0, 7, **same)
    assert not rules.silent(0, 46, **{**same, "elapsed": 0.2})
    assert not rules.silent(25, 46, **same)
    assert not rules.silent(0, 46, others_knew=3, others_due=1456, elapsed=0.5)


@given(st.integers(0, 100), st.integers(0, 100), st.booleans())
def test_a_team_always_has_a_next_step_and_none_only_when_all_know(due, knew, quiet):
    step = rules.next_step(due=due, knew=knew, is_silent=quiet)
    assert step in rules.NEXT_STEPS
    assert (step == "none") == (knew >= due)


@given(st.lists(ids, unique=True))
def test_the_hash_of_the_list_does_not_depend_on_order(people):
    texts = [p.hex for p in people]
    assert rules.people_sha256(texts) == rules.people_sha256(random.Random(7).sample(texts, len(texts)))
    assert not texts or rules.people_sha256(texts) != rules.people_sha256(texts[1:])


@given(st.integers(0, 5000))
def test_reading_takes_at_least_a_minute(count):
    assert rules.minutes(count) == max(1, -(-count // 200))


# --- approved words

texts = st.text(st.characters(codec="utf-8", exclude_characters="[]\r"), max_size=60)
slotted = st.lists(
    texts | st.sampled_from(["[[greeting]]", "[[link]]", "[[reference]]", "[[pass_on]]"]), max_size=6
).map("".join)


@given(slotted, slotted, texts, texts)
def test_filling_can_be_undone_and_changes_nothing_else(html_part, text_part, name, link):
    approved = {"subject": "Know by", "html": html_part, "text": text_part}
    given_values = {"greeting": name, "link": link, "reference": "L-1", "pass_on": "p"}
    filled = fill(approved, given_values)
    assert undo(approved, filled, given_values)
    assert "[[" not in filled.get("html", "") + filled.get("text", "")
    assert not undo(approved, {**filled, "subject": "Know now"}, given_values)


@given(slotted, slotted)
def test_any_change_of_the_words_changes_the_hash(one, other):
    same = approved_sha256({"subject": "s", "text": one}) == approved_sha256({"subject": "s", "text": other})
    assert same == (one == other)


def test_a_slot_without_a_value_stops_the_message():
    with pytest.raises(NotSendable):
        fill({"subject": "s", "text": "[[link]]"}, {})
    assert problems({"subject": "s", "text": "[[hair]]"})
    assert problems({"subject": "x" * 79, "text": ""})
    assert problems({"subject": "", "text": ""})


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=160))
def test_fixed_words_fit_any_title(title):
    for made in (words.recall(title), words.escalation(title)):
        assert len(made["subject"]) <= 78
        assert made["subject"].startswith("[")
