"""Reading the cases in tests/data/spc, and comparing numbers as the file contract asks."""

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "data" / "spc"
RELATIVE = 1e-6
LIMITS = ("centre", "lower", "upper", "warn_lower", "warn_upper")


def pairs(name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return each case with its expected answer."""
    cases = json.loads((DATA / f"{name}_cases.json").read_text(encoding="utf-8"))["cases"]
    expected = json.loads((DATA / f"{name}_expected.json").read_text(encoding="utf-8"))["expected"]
    return list(zip(cases, expected, strict=True))


def near(got: Any, want: Any, width: float = 0.0) -> bool:
    """Say whether two numbers agree within 1e-6 of the larger of value and width."""
    if got is None or want is None:
        return got is want
    return abs(got - want) <= max(RELATIVE * max(abs(want), width), 1e-12)


def agrees(got: Any, want: Any) -> bool:
    """Say whether an answer has everything expected, numbers within tolerance."""
    if isinstance(want, bool) or want is None or isinstance(want, str):
        return got == want and type(got) is type(want)
    if isinstance(want, int | float):
        return isinstance(got, int | float) and not isinstance(got, bool) and near(got, want)
    if isinstance(want, dict):
        return isinstance(got, dict) and all(k in got and agrees(got[k], v) for k, v in want.items())
    return isinstance(got, list) and len(got) == len(want) and all(map(agrees, got, want))


def limits_by_row(expected: dict[str, Any], rows: int) -> dict[str, list[Any]] | None:
    """Return the expected limits, one a row, or None when the case has none."""
    if "limits_by_point" in expected:
        return expected["limits_by_point"]
    if "limits" not in expected:
        return None
    out: dict[str, list[Any]] = {name: [] for name in LIMITS}
    segments = expected["limits"]
    for segment, after in zip(segments, [*segments[1:], [rows]], strict=True):
        for name, value in zip(LIMITS, segment[1:], strict=True):
            out[name] += [value] * (after[0] - segment[0])
    return out
