"""Square codes for sheets and registers, drawn so that no style is needed."""

import segno
from markupsafe import Markup

QUIET_ZONE = 4  # modules of white a scanner needs on each side (ISO/IEC 18004)


def qr_svg(text: str, *, label: str) -> Markup:
    """The text as a square code: black on white SVG with attributes only, named by `label` for screen readers."""
    if not text:
        raise ValueError("A code needs something to say")
    rows = segno.make(text, micro=False, error="m", boost_error=False).matrix
    side = len(rows) + 2 * QUIET_ZONE
    path = "".join(
        f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    return Markup(
        '<svg class="es-qr" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {side} {side}" '
        'width="140" height="140" shape-rendering="crispEdges"><title>{label}</title>'
        '<rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    ).format(side=side, label=label, path=path)
