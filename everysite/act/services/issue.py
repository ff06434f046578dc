"""What issuing a plan asks for: a response of each site, and a commitment wherever an action has to be done."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from everysite.act import rules
from everysite.act.models import Commitment, SiteResponse
from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.base.models import LedgerLine
from everysite.disseminate.models import Due, Plan
from everysite.learn import rules as learn_rules
from everysite.learn.models import Learning, SafetyAction
from everysite.learn.rules import Place
from everysite.network import queries as network
from everysite.network.models import Grant, Person, Team

BATCH = 1000


def advance(now: datetime) -> int:
    """Ask sites about what was issued, and show late commitments to those who must know; return rows made.

    Set-based and safe on repeat: what exists is never made again.
    """
    live = Plan.objects.filter(
        issued_at__isnull=False, cancelled_at=None, learning__withdrawn_at=None, learning__retired_on=None
    )
    unanswered = live.filter(~Exists(SiteResponse.objects.filter(learning=OuterRef("learning"))))
    unasked = SafetyAction.objects.filter(
        ~Exists(Commitment.objects.filter(action=OuterRef("pk"))),
        dropped_at=None,
        learning__version__gt=0,
        learning__plans__in=live,
    )
    wanted = {
        *unanswered.values_list("learning_id", flat=True),
        *unasked.values_list("learning_id", flat=True),
    }
    made = sum(ask(learning_id=learning_id, at=now) for learning_id in sorted(wanted, key=str))
    return made + _tell_about_late(now)


@transaction.atomic
def ask(*, learning_id: object, at: datetime) -> int:
    """Make the site responses and the commitments of one issued learning; return how many were new.

    An action lands at the sites and teams of the people that the plan froze, by its scope and its services.
    """
    learning = (
        Learning.objects.select_for_update(of=("self",)).select_related("owner").get(pk=str(learning_id))
    )
    plan = Plan.objects.filter(learning=learning, issued_at__isnull=False, cancelled_at=None).first()
    if plan is None:
        return 0
    reached = _reached(plan)
    sites = sorted({place.site_id for place in reached if place.site_id is not None})
    known = set(SiteResponse.objects.filter(learning=learning).values_list("site_id", flat=True))
    responses = [
        SiteResponse(learning=learning, site_id=site, asked_at=at) for site in sites if site not in known
    ]
    SiteResponse.objects.bulk_create(responses, batch_size=BATCH, ignore_conflicts=True)
    crashpoint("act.ask.responses")
    rows = _commitments(learning, reached, at)
    Commitment.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    if responses or rows:
        ledger.write(
            "action.ask",
            kind="learning",
            object_id=learning.pk,
            by=ledger.SYSTEM,
            at=at,
            subject=learning.reference,
            sites=len(responses),
            commitments=len(rows),
        )
    return len(responses) + len(rows)


def _reached(plan: Plan) -> list[Place]:
    pairs = (
        Due.objects.filter(plan=plan, counted=True, team__isnull=False)
        .values_list("team_id", flat=True)
        .distinct()
    )
    rows = (
        Team.objects.filter(pk__in=pairs)
        .order_by("pk")
        .values_list("pk", "site_id", "site__organisation_id", "service")
    )
    return [Place(team, site, organisation, service) for team, site, organisation, service in rows]


def _commitments(learning: Learning, reached: list[Place], at: datetime) -> list[Commitment]:
    actions = list(SafetyAction.objects.filter(learning=learning, dropped_at=None).order_by("pk"))
    known = set(Commitment.objects.filter(learning=learning).values_list("action_id", "site_id", "team_id"))
    leads = _team_leads({place.team_id for place in reached})
    heads = _site_leads({place.site_id for place in reached if place.site_id is not None}, at)
    rows = []
    for action in actions:
        for site, team in learn_rules.places(action.scope, action.services, reached):
            if (action.pk, site, team) in known:
                continue
            owner = leads.get(team) if team is not None else None
            owner = owner or (heads.get(site) if site is not None else learning.owner)
            rows.append(
                Commitment(
                    learning=learning,
                    action=action,
                    site_id=site,
                    team_id=team,
                    owner=owner,
                    due_on=action.due_on,
                    asked_at=at,
                )
            )
    return rows


def _team_leads(teams: set[int]) -> dict[int, Person]:
    rows = Person.objects.filter(team_id__in=teams, leads_team=True).order_by("-name")
    return {person.team_id: person for person in rows if person.team_id is not None}


def _site_leads(sites: set[int], at: datetime) -> dict[int, Person]:
    """The lead who answers for each site: whose grant names the site, else whose home it is."""
    found: dict[int, Person] = {}
    grants = Grant.objects.live_on(clock.local_day(at)).filter(role="site_lead").select_related("person")
    for grant in grants.prefetch_related("sites").order_by("-person__name"):
        named = {site.pk for site in grant.sites.all()}
        homes = named or ({grant.person.site_id} if grant.person.site_id else set())
        for site in homes & sites:
            if site is not None:
                found[site] = grant.person
    return found


@transaction.atomic
def _tell_about_late(now: datetime) -> int:
    """Write down, once for each level, on whose page a late commitment stands from today."""
    today = clock.local_day(now)
    late = list(
        Commitment.objects.filter(
            told_done_at=None,
            not_required_at=None,
            due_on__lt=today,
            learning__withdrawn_at=None,
            learning__retired_on=None,
        ).select_related("learning", "site")
    )
    if not late:
        return 0
    ids = [str(row.pk) for row in late]
    said = {
        (line.object_id, line.facts.get("level"), line.facts.get("due_on"))
        for line in LedgerLine.objects.filter(action="commitment.late", object_id__in=ids)
    }
    heads = _site_leads({row.site_id for row in late if row.site_id is not None}, now)
    executive = network.holders("executive", today).first()
    made = 0
    for row in late:
        who = {
            "owner": row.owner_id,
            "site_lead": heads[row.site_id].pk if row.site_id in heads else None,
            "executive": row.learning.executive_lead_id or (executive.pk if executive else None),
            "board": None,
        }
        for level, _ in rules.ladder(row.due_on, today):
            if (str(row.pk), level, row.due_on.isoformat()) in said:
                continue
            ledger.write(
                "commitment.late",
                kind="commitment",
                object_id=row.pk,
                by=ledger.SYSTEM,
                at=now,
                subject=row.learning.reference,
                site_code=row.site.code if row.site else "",
                level=level,
                due_on=row.due_on.isoformat(),
                who=str(who[level] or ""),
            )
            made += 1
    return made
