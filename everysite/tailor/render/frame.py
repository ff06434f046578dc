"""The template loader of the renderers: everything from outside is escaped."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def environment() -> Environment:
    """Templates beside the code, with escaping always on and no silent gaps."""
    return Environment(
        loader=PackageLoader("everysite.tailor.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
