"""Organisations, sites, teams, people, and what each may do."""

import uuid
from datetime import date

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q

ROLES = [
    "patient",
    "reporter",
    "author",
    "reviewer",
    "site_lead",
    "quality",
    "executive",
    "partner",
    "auditor",
    "sysadmin",
    "service",
]


class Network(models.Model):
    """The whole group of sites, with the settings that hold for all of it; there is one row."""

    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=20)
    time_zone = models.CharField(max_length=40, default="Europe/London")
    approvers_needed = models.PositiveSmallIntegerField(default=2)
    from_address = models.EmailField(default="learning@localhost.localdomain")
    base_url = models.CharField(max_length=120, default="http://127.0.0.1:8000")
    mail_domain = models.CharField(max_length=120, default="localhost.localdomain")
    cooling_minutes = models.PositiveSmallIntegerField(default=10)
    quiet_days = models.JSONField(default=list)  # ISO dates on which no reminder goes out
    contact = models.CharField(max_length=120, blank=True)
    demo = models.BooleanField(default=False)
    clock_stopped_at = models.DateTimeField(null=True)  # demo networks only

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approvers_needed__in=[1, 2]), name="network_one_or_two_approvers"
            )
        ]


class Organisation(models.Model):
    """A body that runs sites, hosts them, or works with the network."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    inside = models.BooleanField(default=True)  # part of the network, or a partner outside


class SiteQuerySet(models.QuerySet["Site"]):
    def open_on(self, day: date) -> "SiteQuerySet":
        """Sites that are open on a day."""
        return self.filter(
            Q(opened_on=None) | Q(opened_on__lte=day), Q(closed_on=None) | Q(closed_on__gte=day)
        )


class Site(models.Model):
    """A place where care is given, under a code that does not change."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=60, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="hosted", null=True)
    kind = models.CharField(max_length=80, blank=True)
    sector = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=240, blank=True)
    city = models.CharField(max_length=80, blank=True)
    county = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    moved_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="came_from")

    objects = SiteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")),
                name="site_opens_before_it_closes",
            )
        ]


class SiteAlias(models.Model):
    """Another name or code by which people or old files know a site."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=160)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="site_alias_once")]


class Team(models.Model):
    """A ward, department or office whose people work together."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=20, blank=True)  # for the small boxes of the spread map
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="teams", null=True)
    service = models.CharField(max_length=60, blank=True)
    closed_on = models.DateField(null=True)


class PersonQuerySet(models.QuerySet["Person"]):
    def active_on(self, day: date) -> "PersonQuerySet":
        """People who belong to the network on a day."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gt=day))


class Person(models.Model):
    """Somebody the network knows: staff, a partner's staff, or a contributor."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=40, unique=True)  # the local staff number
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254, blank=True, db_index=True)
    phone = models.CharField(max_length=40, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="people", null=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="people", null=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="people", null=True)
    staff_group = models.CharField(max_length=60, blank=True)
    job = models.CharField(max_length=120, blank=True)
    specialty = models.CharField(max_length=80, blank=True)
    service = models.CharField(max_length=60, blank=True)
    grade = models.CharField(max_length=40, blank=True)
    line_manager = models.ForeignKey("self", on_delete=models.PROTECT, related_name="manages", null=True)
    leads_team = models.BooleanField(default=False)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)  # the first day on which the person no longer belongs
    channel = models.CharField(max_length=12, default="email")  # email, sms, huddle
    language = models.CharField(max_length=12, default="en")

    objects = PersonQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["site", "team"]), models.Index(fields=["name"])]


class SecondTeam(models.Model):
    """A further team that a person works in; the person is counted in the home team only."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="second_teams")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="visitors")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "team"], name="second_team_once")]


class Posting(models.Model):
    """Where a person worked from one day to another, kept when they move."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="postings")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", null=True)
    from_on = models.DateField(null=True)
    to_on = models.DateField()


class GrantQuerySet(models.QuerySet["Grant"]):
    def live_on(self, day: date) -> "GrantQuerySet":
        """Grants that exist on a day and, where two people are needed, have both."""
        return (
            self.filter(from_on__lte=day)
            .filter(Q(to_on=None) | Q(to_on__gte=day), ended_at=None)
            .exclude(
                role__in=["author", "reviewer", "quality", "executive", "auditor", "sysadmin"],
                confirmed_by="",
            )
        )


class Grant(models.Model):
    """A role that one person holds for a time, given by somebody else."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=12)
    reach = models.CharField(max_length=8, default="network")
    sites = models.ManyToManyField(Site, related_name="+", blank=True)
    caldicott = models.BooleanField(default=False)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    by = models.CharField(max_length=64)
    confirmed_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=ROLES), name="grant_known_role"),
            models.CheckConstraint(condition=Q(reach__in=["sites", "network"]), name="grant_known_reach"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="grant_ended_at_and_by_together",
            ),
        ]
        indexes = [models.Index(fields=["person", "role"])]


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        """Return the account of a sign-in name."""
        return self.get(username=username)


class Account(AbstractBaseUser):
    """The one way in which a person signs in."""

    username = models.CharField(max_length=150, unique=True)
    email = models.CharField(max_length=254, blank=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = AccountManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []
    is_staff = False
    is_superuser = False

    def get_full_name(self) -> str:
        """Return the person's name."""
        return self.person.name

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Say no: Django's own permissions are not used, the table is."""
        return False

    def has_module_perms(self, label: str) -> bool:
        """Say no: Django's own permissions are not used, the table is."""
        return False


class Session(AbstractBaseSession):
    """One signed-in browser, tied to its person so that leaving ends it."""

    person_id = models.UUIDField(null=True, db_index=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    @classmethod
    def get_session_store_class(cls) -> type:
        """Return the session engine that keeps these rows."""
        from everysite.network.sessions import SessionStore

        return SessionStore


class Token(models.Model):
    """A program's right to use the interface for one site, until a day."""

    prefix = models.CharField(max_length=12, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens", null=True)
    scopes = models.JSONField(default=list)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_on = models.DateField()
    ended_at = models.DateTimeField(null=True)


class ImportFile(models.Model):
    """One file that somebody offered, what it would change, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    offered_at = models.DateTimeField()
    offered_by = models.CharField(max_length=64)
    read = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    leavers = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=dict)  # encoding, separator, unknown columns
    applied_at = models.DateTimeField(null=True)
    applied_by = models.CharField(max_length=64, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=64, blank=True)
    stopped_at = models.DateTimeField(null=True)


class ImportProblem(models.Model):
    """One thing in a file that could not be used as it stood, with what to do about it."""

    file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=80, blank=True)
    value = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=60)
    text = models.CharField(max_length=400)
    done = models.CharField(max_length=200)
    mend = models.CharField(max_length=300)


class ImportChange(models.Model):
    """One row that an import would make or change (or did), with its values before and after."""

    file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="changes")
    line = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=20)  # organisation, site, team, person, alias
    key = models.CharField(max_length=60)
    verb = models.CharField(max_length=8)  # new, changed, leaves
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["file", "verb"])]
