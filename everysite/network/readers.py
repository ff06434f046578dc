"""Files of sites and of people, read into rows; the writers are in services."""

from everysite.network.people_file import (
    CHANNELS,
    PEOPLE_COLUMNS,
    ROLES,
    PeopleFile,
    PersonRow,
    Proposal,
    read_people,
)
from everysite.network.sites_file import SITE_COLUMNS, SiteRow, SitesFile, code_of, postcode_of, read_sites
from everysite.network.staff_groups import STAFF_GROUPS, staff_group

__all__ = [
    "CHANNELS",
    "PEOPLE_COLUMNS",
    "ROLES",
    "SITE_COLUMNS",
    "STAFF_GROUPS",
    "PeopleFile",
    "PersonRow",
    "Proposal",
    "SiteRow",
    "SitesFile",
    "code_of",
    "postcode_of",
    "read_people",
    "read_sites",
    "staff_group",
]
