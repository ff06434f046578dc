"""Every page, area by area."""

import importlib

from django.urls import URLPattern, URLResolver, include, path

AREAS = (
    "home",
    "staff",
    "ack",
    "huddle",
    "site",
    "inbox",
    "event",
    "safe",
    "called_back",
    "learning",
    "versions",
    "plan",
    "spread",
    "actions",
    "count",
    "audits",
    "figures",
    "definitions",
    "scorecard",
    "effect",
    "charts",
    "funnel",
    "measures",
    "reaim",
    "board",
    "library",
    "tell_us",
    "setup",
    "styleguide",
)


def _patterns() -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = []
    for area in AREAS:
        found += importlib.import_module(f"everysite.web.{area}").urls
    return found


urlpatterns = [*_patterns(), path("account/", include("everysite.web.account"))]
