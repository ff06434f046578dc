"""What every page stands in: the header with its links, and the page's own title and way back."""

from dataclasses import dataclass
from typing import NamedTuple


class Link(NamedTuple):
    """Somewhere to go, and the words that say where."""

    href: str
    text: str


class NavLink(NamedTuple):
    """One of the at most six links in the header; `current` marks the part of the site you are in."""

    href: str
    text: str
    current: bool = False


MOST_NAV_LINKS = 6


@dataclass(frozen=True)
class Frame:
    """The header of one reader: whose network, who is signed in, where they can go."""

    network_name: str
    demo: bool = False
    person_name: str | None = None
    links: tuple[NavLink, ...] = ()
    role_links: tuple[Link, ...] = ()
    person_href: str = "/my/settings/"
    home_href: str = "/"
    sign_out_href: str = "/account/logout/"
    sign_in_href: str = "/account/login/"

    def __post_init__(self) -> None:
        if len(self.links) > MOST_NAV_LINKS:
            raise ValueError(f"The header holds at most {MOST_NAV_LINKS} links")


@dataclass(frozen=True)
class Page:
    """One page: its title, its way back, and how wide it is (`reading` 960 px, `data` 1,180 px).

    `foot` is the line printed at the end (reference, version, date); `refresh` asks again after that many
    seconds where scripts are off.
    """

    title: str
    back: Link | None = None
    width: str = "reading"
    foot: str = ""
    refresh: int | None = None
    htmx: bool = False
    lang: str = "en"
    direction: str = "ltr"

    def __post_init__(self) -> None:
        if self.width not in ("reading", "data"):
            raise ValueError("A page is `reading` or `data` wide")
