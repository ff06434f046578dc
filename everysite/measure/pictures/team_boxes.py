"""Spread map: one box a team, in site rows, furthest behind first. Bands across sites, never persons."""

from collections.abc import Mapping, Sequence
from typing import Any

from .paper import INK, LATE, PETROL, QUIET, escape, frame, number, safe_id, text

BANDS = {
    "silent": "silent",
    "under_half": "under half",
    "half_to_90": "half to 90 in 100",
    "over_90": "over 90 in 100",
    "everyone": "everyone",
    "unknown": "not known",
}
_QUARTER = "M{x} {y}v-7a7 7 0 0 1 7 7z"
_HALF = "M{x} {top}a7 7 0 0 1 0 14z"
_THREE = "M{x} {y}v-7a7 7 0 1 1 -7 7z"
# fill, outline, glyph colour, glyph path (about the middle of the box)
_LOOK = {
    "under_half": ("#dbe7ea", QUIET, INK, _QUARTER),
    "half_to_90": ("#8fb8c0", "#4b7983", INK, _HALF),
    "over_90": ("#2b7582", "#1d5a66", "#ffffff", _THREE),
}
# box width, box height, distance between boxes, boxes in a row, paper width
SIZES = {"wide": (64, 34, 72, 8, 576), "narrow": (62, 34, 70, 5, 350)}
LONGEST = 10  # letters of a team name that fit under a box


def band_of(reached: Any, everyone: Any, *, silent: bool = False) -> str:
    """Return the band of a team: how many of its people know. Silent is the caller's rule, not zero."""
    if silent:
        return "silent"
    if not isinstance(reached, int | float) or not isinstance(everyone, int | float) or everyone <= 0:
        return "unknown"
    if reached >= everyone:
        return "everyone"
    share = reached / everyone
    return "over_90" if share > 0.9 else "half_to_90" if share >= 0.5 else "under_half"


def team_boxes(
    sites: Sequence[Mapping[str, Any]],
    *,
    pid: str,
    title: str = "Spread map",
    sentence: str = "",
    drawing: str = "wide",
) -> str:
    """Return the map: `sites` = [{name, teams: [{name, band, number?}]}], already in the order to be drawn.

    `number` (a short text such as 31 of 46) is only for the people of that site.
    """
    wide, high, pitch, per_row, paper = SIZES[drawing]
    y, body, seen = 0.0, [], dict.fromkeys(BANDS, 0)
    for site in sites:
        body.append(text(0, y + 15, site.get("name", ""), bold=True, size=14))
        y += 22
        teams = list(site.get("teams") or ())
        for k, team in enumerate(teams):
            if k and k % per_row == 0:
                y += high + 24
            band = team.get("band")
            band = band if band in BANDS else "unknown"
            seen[band] += 1
            body.append(_box((k % per_row) * pitch + 1, y, wide, high, band, team))
        y += high + 32
    total = sum(seen.values())
    said = ", ".join(f"{number(n)} {BANDS[band]}" for band, n in seen.items() if n)
    sentence = sentence or f"{number(len(sites))} sites, {number(total)} teams: {said or 'none'}."
    return frame(
        f"teams-{safe_id(pid)}-{drawing[0]}", paper, max(y - 8, 20), title, sentence, "".join(body), 12
    )


def _box(x: float, y: float, wide: int, high: int, band: str, team: Mapping[str, Any]) -> str:
    """Return one box with its sign and the team's name under it."""
    middle, half = x + wide / 2, y + high / 2
    count = team.get("number")
    sign_x = middle if not count else x + 14
    place = {"x": f"{sign_x:.1f}", "y": f"{half:.1f}", "top": f"{half - 7:.1f}"}
    shape = (
        f'<rect class="team {band}" x="{x:.1f}" y="{y + 1:.1f}" width="{wide - 2}" height="{high - 2}" rx="3"'
    )
    if band == "silent":
        out = f'{shape} fill="#fff" stroke="{LATE}" stroke-width="2" stroke-dasharray="4 3"/>'
        out += text(sign_x, half + 6, "!", LATE, "middle", True, 17)
        ink = LATE
    elif band == "everyone":
        out = f'{shape} fill="{PETROL}" stroke="{PETROL}" stroke-width="1.5"/>'
        out += (
            f'<path d="M{sign_x - 7:.1f} {half:.1f}l5 5.5 9-10" fill="none" stroke="#fff" stroke-width="3"/>'
        )
        ink = "#ffffff"
    elif band == "unknown":
        out = f'{shape} fill="#fff" stroke="{QUIET}" stroke-width="1.5" stroke-dasharray="2 2"/>'
        out += text(sign_x, half + 5, "?", QUIET, "middle", True, 14)
        ink = QUIET
    else:
        fill, line, ink, path = _LOOK[band]
        out = f'{shape} fill="{fill}" stroke="{line}" stroke-width="1.5"/>'
        out += f'<circle cx="{place["x"]}" cy="{place["y"]}" r="7" fill="none" stroke="{ink}" stroke-width="1.5"/>'
        out += f'<path d="{path.format(**place)}" fill="{ink}"/>'
    if count:
        out += text(x + 24, half + 4, count, ink, "", True, 12)
    name = str(team.get("name", ""))
    if len(name) > LONGEST:
        name = name[: LONGEST - 1].rstrip() + "…"
    return (
        out + f'<text x="{middle - 1:.1f}" y="{y + high + 14:.1f}" text-anchor="middle">{escape(name)}</text>'
    )


def team_rows(sites: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the same map as rows of a table: site, team, and how many know, in words."""
    rows = []
    for site in sites:
        for team in site.get("teams") or ():
            band = team.get("band")
            said = BANDS.get(band if isinstance(band, str) else "", "not known")
            rows.append({"site": str(site.get("name", "")), "team": str(team.get("name", "")), "know": said})
    return rows
