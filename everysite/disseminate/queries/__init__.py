"""The reads of planned spread; the viewer always comes first."""

from everysite.disseminate.queries.asked import Asked, questions
from everysite.disseminate.queries.mine import (
    Confirmed,
    DueView,
    TeamKnows,
    ToKnow,
    ToKnowList,
    confirmed,
    one_due,
    team_knows,
    to_know,
)
from everysite.disseminate.queries.people import (
    Gap,
    Missing,
    OnShift,
    Told,
    escalations,
    gaps,
    last_word,
    missing,
    register,
    site_load,
)
from everysite.disseminate.queries.plans import (
    Attention,
    Budget,
    PlanLine,
    PlanView,
    Preview,
    PreviewName,
    attention,
    plan,
    plan_of,
    plans,
    preview,
    preview_names,
)
from everysite.disseminate.queries.reach import (
    GroupReach,
    Joiners,
    MapTeam,
    Reach,
    SilentTeams,
    SiteReach,
    TeamReach,
    acknowledged,
    deadline,
    exempted_a_lot,
    reach,
    reach_by_day,
    reach_by_site,
    reach_by_staff_group,
    reach_by_team,
    routes,
    silent_teams,
    spread_map,
)
from everysite.disseminate.queries.sending import (
    DELIVERY_COLUMNS,
    DeliveryCount,
    OpenHold,
    Outbox,
    RestingLane,
    Trouble,
    deliveries,
    delivery_rows,
    in_trouble,
    outbox,
)
from everysite.disseminate.queries.shapes import Shown

__all__ = [
    "DELIVERY_COLUMNS", "Asked", "Attention", "Budget", "Confirmed", "DeliveryCount", "DueView", "Gap", "GroupReach",
    "Joiners", "MapTeam", "Missing", "OnShift", "OpenHold", "Outbox", "PlanLine", "PlanView", "Preview",
    "PreviewName", "Reach", "RestingLane", "Shown", "SilentTeams", "SiteReach", "TeamKnows", "TeamReach", "ToKnow",
    "ToKnowList", "Told", "Trouble", "acknowledged", "attention", "confirmed", "deadline", "deliveries",
    "delivery_rows", "escalations", "exempted_a_lot", "gaps", "in_trouble", "last_word", "missing", "one_due",
    "outbox", "plan", "plan_of", "plans", "preview", "preview_names", "questions", "reach", "reach_by_day",
    "reach_by_site", "reach_by_staff_group", "reach_by_team", "register", "routes", "silent_teams", "site_load",
    "spread_map", "team_knows", "to_know",
]
