"""Compare the chart core with other Python packages: limits, awkward input, speed.

python -m bench.measure.against      (any Python that has some of the packages; the others are skipped)
The packages are not needed by the product: install them in a separate environment.
"""

import importlib.metadata
import importlib.util
import io
import json
import math
import random
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

from bench.measure.results import row, write_section
from everysite.measure.spc import compute

DATA = Path(__file__).resolve().parents[2] / "tests" / "data" / "spc"
Limits = list[tuple[float, float, float]]  # centre, lower, upper of each present row


def ours(chart: str, values: list, dens: list | None) -> Limits:
    """Return our limits, or raise with our reason."""
    got = compute({"chart": chart, "values": values, "denominators": dens, "accept_unsuited": "comparison"})
    if got["status"] != "ok":
        raise ValueError(got["refusals"][0]["code"])
    p = got["points"]
    rows = zip(p["value"], p["centre"], p["lower"], p["upper"], strict=True)
    return [(c, a, b) for v, c, a, b in rows if v is not None]


def with_pyqicharts(chart: str, values: list, dens: list | None) -> Limits:
    """Return the limits of pyqicharts."""
    import pandas as pd
    from pyqicharts import qic_table

    frame = pd.DataFrame({"x": range(len(values)), "y": values})
    name = {"xmr": "i"}.get(chart, chart)
    if dens:
        frame["n"] = dens
        out = qic_table(frame, x="x", y="y", chart=name, denominator="n")
    else:
        out = qic_table(frame, x="x", y="y", chart=name)
    rows = zip(values, out["centre"], out["lcl"], out["ucl"], strict=True)
    return [(float(c), float(a), float(b)) for v, c, a, b in rows if v is not None]


def with_abspc(chart: str, values: list, dens: list | None) -> Limits:
    """Return the limits of abspc."""
    import pandas as pd
    from abspc import calculate_control_limits

    if dens:
        shares = [None if v is None or not d else v / d for v, d in zip(values, dens, strict=True)]
        frame = pd.DataFrame({"value": shares, "subgroup_size": dens})
    else:
        frame = pd.DataFrame({"value": values})
    out = calculate_control_limits(frame, {"xmr": "XmR"}.get(chart, chart))
    rows = zip(values, out["mean"], out["lcl"], out["ucl"], strict=True)
    return [(float(c), float(a), float(b)) for v, c, a, b in rows if v is not None]


def with_qikit(chart: str, values: list, dens: list | None) -> Limits:
    """Return the limits of clinical-qikit."""
    from qikit import qic

    out = qic(y=values, n=dens, chart={"xmr": "i"}.get(chart, chart)).data
    rows = zip(values, out["cl"], out["lcl"], out["ucl"], strict=True)
    return [(float(c), float(a), float(b)) for v, c, a, b in rows if v is not None]


def with_controlchartspy(chart: str, values: list, dens: list | None) -> Limits:
    """Return the limits of controlchartspy."""
    from controlchartspy import spc

    data: dict[str, Any] = {
        "m": [date(2000 + i // 12, i % 12 + 1, 1) for i in range(len(values))],
        "y": values,
    }
    kind = {"xmr": "i"}.get(chart, chart)
    settings = {"chart_type": kind, "perc_labels": "No", "multiplier": 1}
    if dens:
        out = spc({**data, "n": dens}, keys="m", numerators="y", denominators="n", spc_settings=settings)
    else:
        out = spc(data, keys="m", numerators="y", spc_settings=settings)
    limits = out.limits
    records = (
        limits
        if isinstance(limits, list)
        else [dict(zip(limits, r, strict=True)) for r in zip(*limits.values(), strict=True)]
    )
    return [(float(r["target"]), float(r["ll99"]), float(r["ul99"])) for r in records]


PEERS: dict[str, tuple[str, Callable[[str, list, Any], Limits]]] = {
    "everysite": ("everysite", ours),
    "pyqicharts": ("pyqicharts", with_pyqicharts),
    "abspc": ("abspc", with_abspc),
    "clinical-qikit": ("qikit", with_qikit),
    "controlchartspy": ("controlchartspy", with_controlchartspy),
}


def plain_cases() -> list[tuple[str, list, list | None, Limits]]:
    """Return cases without freeze, rebase or screening, with the limits that the R programs confirmed."""
    cases = json.loads((DATA / "compute_cases.json").read_text())["cases"]
    expected = json.loads((DATA / "compute_expected.json").read_text())["expected"]
    out = []
    for c, e in zip(cases, expected, strict=True):
        if (
            "checked_by" not in e
            or e.get("chart") not in ("xmr", "p", "u", "c")
            or c.get("freeze")
            or c.get("rebases")
        ):
            continue
        if len(c["values"]) < 12 or c.get("per", 1) != 1:
            continue
        if e["chart"] == "xmr" and c.get("screen") and e["mr"]["mr_mean"] != e["mr"]["mr_used"]:
            continue  # screened: another setting
        want = [x for v, x in zip(ordered(c), confirmed(e, len(c["values"])), strict=True) if v is not None]
        out.append((e["chart"], c["values"], c.get("denominators"), want))
    return out


def ordered(case: dict) -> list:
    """Return the values in date order; none where the denominator is missing or 0."""
    dens = case.get("denominators") or [1] * len(case["values"])
    values = [v if d else None for v, d in zip(case["values"], dens, strict=True)]
    dates = case.get("dates")
    return [v for _, v in sorted(zip(dates, values, strict=True), key=lambda x: x[0])] if dates else values


def confirmed(expected: dict, rows: int) -> Limits:
    """Return the limits in the answer file, one a row."""
    if "limits" in expected:
        return [tuple(expected["limits"][0][1:4])] * rows
    by_row = expected["limits_by_point"]
    return list(zip(by_row["centre"], by_row["lower"], by_row["upper"], strict=True))


def agree(got: Limits, want: Limits) -> bool:
    """Say whether limits are the same to half a percent of their width (2.66 or 3/1.128 both pass)."""
    if len(got) != len(want):
        return False
    for g, w in zip(got, want, strict=True):
        room = 0.005 * (w[2] - w[1]) + 1e-9 * max(1.0, abs(w[0]))
        # A limit that may be clipped at 0 by one and not by the other counts as equal below 0.
        pairs = [(g[0], w[0]), (max(g[1], 0.0), max(w[1], 0.0)), (g[2], w[2])]
        if any(not math.isfinite(a) or abs(a - b) > room for a, b in pairs):
            return False
    return True


AWKWARD: list[tuple[str, str, list, list | None]] = [
    ("all the same", "xmr", [5] * 24, None),
    ("18 months at 100 %", "p", [20] * 18, [20] * 18),
    ("a month is missing", "xmr", [50, 52, 49, None, 51, 53, 48, 50, 52, 47, 51, 50, 49, 53], None),
    (
        "a denominator is 0",
        "p",
        [18, 17, 19, 0, 18, 16, 18, 19, 17, 18, 19, 18, 17, 18],
        [20, 20, 20, 0] + [20] * 10,
    ),
    ("more events than people", "p", [18, 17, 25, 18, 18, 16, 18, 19, 17, 18, 19, 18, 17, 18], [20] * 14),
    ("text in a cell", "xmr", [50, 52, "n/a", 51, 53, 48, 50, 52, 47, 51, 50, 49, 53], None),
    ("0.2 events a month", "xmr", [0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], None),
    ("one value", "xmr", [5], None),
    ("no rows", "xmr", [], None),
    ("waits with a zero", "t", [12, 3, 0, 8, 40, 2, 17, 30, 5, 9, 22, 14, 1, 33, 60, 7], None),
]


def quietly(call: Callable[[], Any]) -> Any:
    """Call without printing."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        return call()


def said(peer: Callable, chart: str, values: list, dens: list | None, plain: bool) -> str:
    """Return what a package does with awkward input, in a few words."""
    if plain:
        got = compute({"chart": chart, "values": values, "denominators": dens})
        if got["status"] == "refused":
            r = got["refusals"][0]
            return "refused: " + r["code"] + (f", use {r['suggest']}" if "suggest" in r else "")
    try:
        limits = quietly(lambda: peer(chart, values, dens))
    except Exception as fault:
        return f"error ({type(fault).__name__})"
    if not limits:
        return "nothing"
    bad = sum(any(y is None or not math.isfinite(y) for y in x) for x in limits)
    return (
        f"{len(limits)} limits"
        + (f", {bad} without limits" if bad else "")
        + (", width 0" if limits[0][1] == limits[0][2] else "")
    )


def main() -> None:
    """Compare what is installed and write RESULTS.md."""
    found = {n: fn for n, (module, fn) in PEERS.items() if importlib.util.find_spec(module)}
    cases = plain_cases()
    charts = ("xmr", "p", "u", "c")
    sizes = {k: sum(c[0] == k for c in cases) for k in charts}
    lines = [
        f"`python -m bench.measure.against`, Python {sys.version.split()[0]}, one core. Limits of cases that the R programs"
        " confirmed, within 0.5 % of their width; time for one 36-point XmR series, best of 3;"
        " ours with rules, icons, runs analysis and fingerprint, the others limits only where they can be had apart.",
        "",
        row("package", "version", *(f"{k} same limits" for k in charts), "series a second"),
        row(*["---"] * (len(charts) + 3)),
    ]
    dice = random.Random(1)
    series = [[round(dice.gauss(50, 5), 1) for _ in range(36)] for _ in range(100)]
    for name, fn in found.items():
        good = dict.fromkeys(charts, 0)
        for chart, values, dens, want in cases:
            try:
                good[chart] += agree(quietly(lambda c=chart, v=values, d=dens, f=fn: f(c, v, d)), want)
            except Exception:
                continue
        best = math.inf
        few = series * 20 if name == "everysite" else series[:30]
        for _ in range(3):
            start = time.perf_counter()
            quietly(lambda f=few, fn=fn: [fn("xmr", v, None) for v in f])
            best = min(best, (time.perf_counter() - start) / len(few))
        version = "this" if name == "everysite" else importlib.metadata.version(name)
        lines.append(row(name, version, *(f"{good[k]} of {sizes[k]}" for k in charts), f"{1 / best:,.0f}"))
    lines += ["", row("input", *found), row(*["---"] * (len(found) + 1))]
    for what, chart, values, dens in AWKWARD:
        lines.append(row(what, *(said(fn, chart, values, dens, n == "everysite") for n, fn in found.items())))
    lines += [
        "",
        "clinical-qikit drops large moving ranges by default (17 of its 21 differences), gives no limits to a constant"
        " series, and takes a moving range across a missing month.",
    ]
    write_section("Against other packages: limits", lines)


if __name__ == "__main__":
    main()
