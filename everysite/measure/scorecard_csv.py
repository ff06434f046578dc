"""A scorecard as a file: one row for each measure at each site, and the foot. Pure."""

from .scorecard_content import Content, Line

HEAD = (
    "measure",
    "site",
    "name",
    "owner",
    "latest",
    "date",
    "period starts",
    "numerator",
    "denominator",
    "target",
    "how it is moving",
    "icon variation",
    "will it meet the target",
    "icon assurance",
    "middle line",
    "lower limit",
    "upper limit",
    "owner says",
    "method mark",
)


def rows(content: Content) -> list[list[object]]:
    """Return the rows of the file, header first, in the order of the scorecard; the foot comes last."""
    out: list[list[object]] = [list(HEAD)]
    out += [_row(one) for one in content.lines]
    blank: list[object] = [""] * (len(HEAD) - 1)
    out += [[line, *blank] for line in content.foot]
    return out


def _row(one: Line) -> list[object]:
    return [
        one.measure,
        one.site,
        one.title,
        one.owner,
        one.value,
        one.when,
        one.on,
        one.numerator,
        one.denominator,
        one.target,
        one.moving,
        one.variation,
        one.meets,
        one.assurance,
        one.middle,
        one.lower,
        one.upper,
        one.says,
        one.fingerprint,
    ]
