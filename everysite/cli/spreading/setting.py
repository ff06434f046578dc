"""The network: its sites, its people, and the named people who write and approve."""

from datetime import date

from everysite.base import clock
from everysite.base.tables import Limits
from everysite.cli.say import Stop
from everysite.cli.spreading.walk import State
from everysite.network import imports, queries
from everysite.network.services import grants, settings, staff

LIMITS = Limits(rows=5_000_000, bytes=4_000_000_000)
LONG_AGO = date(2000, 1, 1)


def found(state: State) -> None:
    """Found the network when it is new, bring in sites and people, and give the named people their roles."""
    wish, at = state.wish, state.at
    network = settings.found(
        at=at,
        name="The network",
        short_name="Network",
        mail_domain="everysite.invalid",
        from_address="learning@everysite.invalid",
        base_url="https://everysite.invalid",
    )
    if network.approvers_needed != wish.approvers:
        settings.change(by="system", at=at, approvers_needed=wish.approvers)
    offered = imports.offer_sites(
        wish.sites.read_bytes(), name=wish.sites.name, by="system", at=at, limits=LIMITS
    )
    imports.apply(file=offered, by="system", at=at)
    offered = imports.offer_people(
        wish.people.read_bytes(),
        name=wish.people.name,
        by="system",
        at=at,
        today=clock.local_day(at),
        limits=LIMITS,
    )
    imports.apply(file=offered, by="system", at=at)
    if not staff.any_active(clock.local_day(at)):
        raise Stop(
            "The people file holds nobody who can be told. Check it: everysite import people FILE --dry-run"
        )
    _officers(state)


def _officers(state: State) -> None:
    """Find or add whoever releases and approves; the first approver carries the Caldicott mark."""
    wish, at = state.wish, state.at
    state.people["author"] = staff.known_or_added(name=wish.released_by, at=at)
    grants.give(
        person=state.people["author"],
        role="quality",
        by="system",
        at=at,
        from_on=LONG_AGO,
        why="named as releasing on the command line",
    )
    approvers = []
    for number, name in enumerate(dict.fromkeys(wish.approved_by)):
        person = staff.known_or_added(name=name, at=at)
        if person.pk == state.people["author"].pk:
            continue
        grants.give(
            person=person,
            role="reviewer",
            by="system",
            at=at,
            from_on=LONG_AGO,
            caldicott=number == 0,
            why="named as approving on the command line",
        )
        approvers.append(person)
    state.people["approvers"] = approvers
    state.people["second"] = staff.known_or_added(name="Command line, second person", at=at)
    grants.give(
        person=state.people["second"],
        role="quality",
        by="system",
        at=at,
        from_on=LONG_AGO,
        why="agrees to addresses outside, because whoever runs the command names the files",
    )
    state.work["viewer"] = queries.viewer(str(state.people["author"].pk), clock.local_day(at))
