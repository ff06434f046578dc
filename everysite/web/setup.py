"""Set up and look after: imports, people, roles, settings, health, outbox, ledger. Never content."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.base import clock
from everysite.disseminate import queries as spread
from everysite.disseminate import services as sending
from everysite.disseminate.services import holds, leave
from everysite.network import admin_queries, queries
from everysite.network import import_queries as offered
from everysite.network.rules import viewer_may
from everysite.network.services import accounts, grants, settings
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.page import missing, posted_once, show, viewer_of
from everysite.web.setup_import import urls as import_urls
from everysite.web.setup_presenter import Role, health_words, ledger_row, person_row, role_row, token_row

BACK = Link("/setup/", "Set-up")
GIVEABLE = ("site_lead", "author", "reviewer", "quality", "executive", "partner", "auditor", "sysadmin")


def _allowed(request: HttpRequest, action: str, kind: str) -> None:
    if not viewer_may(viewer_of(request), action, kind):
        raise missing()


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show what is set up and what comes next."""
    viewer = viewer_of(request)
    if not (offered.may_bring_in(viewer) or viewer_may(viewer, "read", "settings")):
        raise missing()
    counts = {
        "sites": queries.sites(viewer).count(),
        "teams": queries.teams(viewer).count(),
        "people": queries.people(viewer).count(),
    }
    return show(
        request,
        "setup/index.html",
        Page(title="Set-up"),
        counts=counts,
        settings=queries.network(),
        sysadmin=viewer_may(viewer, "read", "settings"),
    )


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """List people by name, with what can be done for each."""
    viewer = viewer_of(request)
    search, page = request.GET.get("find", "")[:60], _page(request)
    if not viewer_may(viewer, "deactivate", "person"):
        raise missing()
    found = admin_queries.staff(viewer, search, clock.today())
    total = found.count()
    rows = [person_row(person) for person in found[(page - 1) * 50 : page * 50]]
    roles = [role_row(grant, viewer) for grant in admin_queries.grants(viewer, clock.today())[:200]]
    return show(
        request,
        "setup/people.html",
        Page(title="People", back=BACK, width="data"),
        rows=rows,
        total=total,
        find=search,
        number=page,
        roles=roles,
        waiting=[r for r in roles if r.waiting],
    )


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person_id: str) -> HttpResponse:
    """Show one person's account and roles; record a leaver, or give a role."""
    viewer = viewer_of(request)
    one = admin_queries.staff(viewer, "", clock.today()).filter(pk=person_id).first()
    if one is None:
        raise missing()
    form = Form(
        Field("role", "Which role?", choices=[Choice(code, Role.words(code)) for code in GIVEABLE]),
        Field("until", "Until when?", hint="Leave it empty if it has no end.", optional=True),
    )
    if request.method == "POST":
        form.take(request.POST, request.FILES)
        role = form.choice("role", needs="Choose a role")
        until = form.day("until")
        if form.ok:

            def give() -> str:
                grants.give(
                    person=one, role=role, by=viewer, at=clock.now(), from_on=clock.today(), to_on=until
                )
                return reverse("setup_person", args=[one.pk]) + "?saved=role"

            try:
                return posted_once(request, "setup_person", give)
            except grants.GrantRefused as no:
                form.fail("role", str(no))
    held = [
        role_row(grant, viewer) for grant in admin_queries.grants(viewer, clock.today()).filter(person=one)
    ]
    return show(
        request,
        "setup/person.html",
        Page(title=one.name, back=Link("/setup/people/", "People")),
        one=one,
        form=form,
        roles=held,
        saved=request.GET.get("saved", ""),
    )


@require_POST
def person_left(request: HttpRequest, person_id: str) -> HttpResponse:
    """Record that somebody has left: access ends at once."""
    viewer = viewer_of(request)
    one = admin_queries.staff(viewer, "", clock.today()).filter(pk=person_id).first()
    if one is None or str(one.pk) == viewer.person_id:
        raise missing()

    def left() -> str:
        leave.person_left(person_id=one.pk, at=clock.now(), by=viewer.by)
        return "/setup/people/?find="

    return posted_once(request, "setup_person_left", left)


@require_POST
def role_confirm(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Be the second person for a role, or say why not."""
    viewer = viewer_of(request)
    grant = admin_queries.grants(viewer, clock.today()).filter(pk=grant_id).first()
    if grant is None:
        raise missing()

    def confirm() -> str:
        try:
            grants.confirm(grant=grant, by=viewer, at=clock.now())
        except grants.GrantRefused:
            return f"/setup/people/{grant.person_id}/?saved=not-yours"
        return f"/setup/people/{grant.person_id}/?saved=confirmed"

    return posted_once(request, "setup_role_confirm", confirm)


@require_POST
def role_end(request: HttpRequest, grant_id: int) -> HttpResponse:
    """End a role now."""
    viewer = viewer_of(request)
    grant = admin_queries.grants(viewer, clock.today()).filter(pk=grant_id).first()
    if grant is None:
        raise missing()

    def end() -> str:
        try:
            grants.end(grant=grant, by=viewer, at=clock.now(), why="ended on the people page")
        except grants.GrantRefused:
            return f"/setup/people/{grant.person_id}/?saved=not-yours"
        return f"/setup/people/{grant.person_id}/?saved=ended"

    return posted_once(request, "setup_role_end", end)


@require_http_methods(["GET", "POST"])
def change_settings(request: HttpRequest) -> HttpResponse:
    """Show and change the network's settings; each change is in the ledger."""
    _allowed(request, "read", "settings")
    now = queries.network()
    form = Form(
        Field("name", "Name of the network", value=now.name),
        Field(
            "short_name",
            "Short name",
            hint="At most 20 characters: it stands in text messages.",
            value=now.short_name,
        ),
        Field(
            "contact",
            "Who to contact",
            hint="Shown on the page “Contact the safety team”.",
            value=now.contact,
            optional=True,
        ),
        Field(
            "approvers",
            "How many people must approve a safe text?",
            choices=[Choice("2", "Two people"), Choice("1", "One person")],
            value=str(now.approvers_needed),
        ),
        Field(
            "cooling",
            "Minutes in which a send can be stopped",
            hint="0 to 120.",
            value=str(now.cooling_minutes),
        ),
        Field("from_address", "Address that messages come from", value=now.from_address),
        Field(
            "base_url", "Address of this site", hint="Links in messages start with it.", value=now.base_url
        ),
    )
    if request.method == "POST":
        _allowed(request, "configure", "settings")
        form.take(request.POST, request.FILES)
        values = {
            "name": form.text("name", needs="Enter the name of the network"),
            "short_name": form.text("short_name", needs="Enter a short name"),
            "contact": form.text("contact"),
            "approvers_needed": int(form.choice("approvers", needs="Choose one or two people") or 2),
            "from_address": form.text("from_address", needs="Enter an address"),
            "base_url": form.text("base_url", needs="Enter the address of this site").rstrip("/"),
        }
        minutes = form.text("cooling", needs="Enter a number of minutes")
        if not minutes.isdigit() or int(minutes) > 120:
            form.fail("cooling", "Enter a whole number from 0 to 120")
        if form.ok:

            def save() -> str:
                settings.change(
                    by=viewer_of(request).by, at=clock.now(), cooling_minutes=int(minutes), **values
                )
                return reverse("setup_settings") + "?saved=yes"

            try:
                return posted_once(request, "setup_settings", save)
            except settings.SettingRefused as no:
                form.fail("", str(no))
    return show(
        request,
        "setup/settings.html",
        Page(title="Settings", back=BACK),
        form=form,
        saved=request.GET.get("saved", ""),
    )


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Say whether it is running, whether the ledger is whole, and what waits."""
    viewer = viewer_of(request)
    found = admin_queries.health(viewer, check=request.GET.get("check") == "ledger")
    if found is None:
        raise missing()
    box = spread.outbox(viewer, now=clock.now())
    tokens = [token_row(token) for token in admin_queries.tokens(viewer)]
    return show(
        request,
        "setup/health.html",
        Page(title="Health", back=BACK),
        words=health_words(found, box),
        found=found,
        box=box,
        tokens=tokens,
        may_make=viewer_may(viewer, "create", "token"),
    )


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Say how many messages stand in which state, and what is stopped; no words, no addresses."""
    viewer = viewer_of(request)
    _allowed(request, "read", "outbox")
    box = spread.outbox(viewer, now=clock.now())
    return show(
        request,
        "setup/outbox.html",
        Page(title="Messages on their way", back=BACK),
        box=box,
        trouble=spread.in_trouble(viewer, now=clock.now()),
        may_stop=viewer_may(viewer, "hold", "outbox"),
        may_release=viewer_may(viewer, "release", "outbox"),
    )


@require_POST
def outbox_hold(request: HttpRequest) -> HttpResponse:
    """Stop all sending until a person of the quality team lets it go on."""
    _allowed(request, "hold", "outbox")

    def stop() -> str:
        holds.place(scope="all", target="", reason="manual", by=viewer_of(request).by, at=clock.now())
        return reverse("setup_outbox")

    return posted_once(request, "setup_outbox_hold", stop)


@require_POST
def outbox_release(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Let sending go on."""
    _allowed(request, "release", "outbox")

    def let_go() -> str:
        holds.release(hold_id=hold_id, by=viewer_of(request).by, at=clock.now())
        return reverse("setup_outbox")

    try:
        return posted_once(request, "setup_outbox_release", let_go)
    except sending.NotAllowed:
        raise missing() from None


@require_http_methods(["GET", "POST"])
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a program's token; its secret is shown on the answer and never again."""
    _allowed(request, "create", "token")
    viewer = viewer_of(request)
    sites = [Choice(site.code, site.name) for site in queries.sites(viewer)]
    form = Form(
        Field("name", "What is it for?"),
        Field("site", "For which site?", choices=sites),
        Field(
            "scopes",
            "What may it do?",
            choices=[
                Choice("read", "Read learning, reach, actions and measures"),
                Choice("capture", "Send in events"),
                Choice("figures", "Send in figures of measures"),
            ],
        ),
    )
    if request.method == "POST":
        form.take(request.POST, request.FILES)
        name = form.text("name", needs="Say what it is for")
        code = form.choice("site", needs="Choose a site")
        scopes = form.choices("scopes", needs="Choose at least one thing it may do")
        if form.ok:
            _, secret = accounts.make_token(
                name=name[:80],
                site=queries.site(viewer, code),
                person=None,
                scopes=scopes,
                by=viewer.by,
                at=clock.now(),
                on=clock.today(),
            )
            return show(
                request,
                "setup/token.html",
                Page(title="The token", back=Link("/setup/health/", "Health")),
                secret=secret,
                form=None,
            )
    return show(
        request,
        "setup/token.html",
        Page(title="Make a token", back=Link("/setup/health/", "Health")),
        secret="",
        form=form,
    )


@require_POST
def token_end(request: HttpRequest, prefix: str) -> HttpResponse:
    """End a token now."""
    _allowed(request, "revoke", "token")

    def end() -> str:
        accounts.end_token(prefix=prefix, by=viewer_of(request).by, at=clock.now())
        return reverse("setup_health")

    return posted_once(request, "setup_token_end", end)


@require_GET
def ledger_page(request: HttpRequest) -> HttpResponse:
    """Show the ledger: who did what and when, without content."""
    viewer = viewer_of(request)
    if not admin_queries.may_read_ledger(viewer):
        raise missing()
    before = request.GET.get("before", "")
    found = admin_queries.lines(
        viewer,
        kind=request.GET.get("kind", "")[:40],
        subject=request.GET.get("about", "")[:60],
        before=int(before) if before.isdigit() else 0,
    )
    names = queries.names([line.by for line in found])
    state = admin_queries.health(viewer, check=request.GET.get("check") == "chain")
    return show(
        request,
        "setup/ledger.html",
        Page(title="Ledger", width="data"),
        rows=[ledger_row(line, names) for line in found],
        older=found[-1].pk if len(found) == admin_queries.PAGE else 0,
        state=state,
        about=request.GET.get("about", "")[:60],
    )


def _page(request: HttpRequest) -> int:
    given = request.GET.get("page", "1")
    return max(1, min(int(given), 10_000)) if given.isdigit() else 1


urls = [
    path("setup/", index, name="setup_index"),
    *import_urls,
    path("setup/people/", people, name="setup_people"),
    path("setup/people/<uuid:person_id>/", person, name="setup_person"),
    path("setup/people/<uuid:person_id>/left/", person_left, name="setup_person_left"),
    path("setup/roles/<int:grant_id>/confirm/", role_confirm, name="setup_role_confirm"),
    path("setup/roles/<int:grant_id>/end/", role_end, name="setup_role_end"),
    path("setup/settings/", change_settings, name="setup_settings"),
    path("setup/health/", health, name="setup_health"),
    path("setup/outbox/", outbox, name="setup_outbox"),
    path("setup/outbox/stop/", outbox_hold, name="setup_outbox_hold"),
    path("setup/outbox/<int:hold_id>/release/", outbox_release, name="setup_outbox_release"),
    path("setup/tokens/new/", token_new, name="setup_token_new"),
    path("setup/tokens/<slug:prefix>/end/", token_end, name="setup_token_end"),
    path("ledger/", ledger_page, name="setup_ledger"),
]
