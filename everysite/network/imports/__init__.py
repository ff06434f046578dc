"""Files of sites and people brought in: looked at first, applied as one, undone as one."""

from everysite.network.imports.apply import ImportRefused, apply, stop, undo
from everysite.network.imports.decide import decide
from everysite.network.imports.offer import offer_people, offer_sites

__all__ = ["ImportRefused", "apply", "decide", "offer_people", "offer_sites", "stop", "undo"]
