"""Time and size of one control chart as SVG: our own writer against drawing packages.

python -m bench.measure.pictures      (any Python that has some of the packages; the others are skipped)
Everybody draws the same thing: 36 points in a line, centre, two limits, a target, a title.
"""

import importlib.metadata
import importlib.util
import io
import math
import random
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable

from bench.measure.results import row, write_section
from everysite.measure.chart import svg
from everysite.measure.spc import compute

DICE = random.Random(11)
CASES = [
    {
        "id": f"s{k}",
        "name": "Wait for a scan",
        "chart": "xmr",
        "values": [round(DICE.gauss(50, 5), 1) for _ in range(36)],
        "dates": [f"{2022 + m // 12}-{m % 12 + 1:02d}-01" for m in range(36)],
        "direction": "increase",
        "target": 55,
    }
    for k in range(40)
]
RESULTS = [compute(c) for c in CASES]


def lines_of(k: int) -> tuple[list[float], float, float, float]:
    """Return values, centre and limits of one case."""
    p = RESULTS[k]["points"]
    return p["value"], p["centre"][0], p["lower"][0], p["upper"][0]


def with_everysite(k: int) -> str:
    """Draw with our own writer."""
    return svg(CASES[k], RESULTS[k])


def with_matplotlib(k: int) -> str:
    """Draw with matplotlib."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    values, centre, low, high = lines_of(k)
    figure, axes = plt.subplots(figsize=(5.6, 2.6))
    axes.plot(range(36), values, "-o", markersize=4)
    for y, style in ((centre, "-"), (low, "--"), (high, "--"), (55, "-.")):
        axes.axhline(y, linestyle=style)
    axes.set_title("Wait for a scan")
    out = io.StringIO()
    figure.savefig(out, format="svg")
    plt.close(figure)
    return out.getvalue()


def with_plotly(k: int) -> str:
    """Draw with plotly; the page also needs its script once."""
    import plotly.graph_objects as go

    values, centre, low, high = lines_of(k)
    figure = go.Figure(go.Scatter(x=CASES[k]["dates"], y=values, mode="lines+markers"))
    for y in (centre, low, high, 55):
        figure.add_hline(y=y)
    figure.update_layout(title="Wait for a scan")
    return figure.to_html(full_html=False, include_plotlyjs=False)


def with_altair(k: int) -> str:
    """Draw with altair, to SVG by vl-convert."""
    import altair as alt

    values, centre, low, high = lines_of(k)
    rows = [{"m": m, "v": v} for m, v in enumerate(values)]
    base = alt.Chart(alt.Data(values=rows)).mark_line(point=True).encode(x="m:Q", y="v:Q")
    rules = (
        alt.Chart(alt.Data(values=[{"y": y} for y in (centre, low, high, 55)])).mark_rule().encode(y="y:Q")
    )
    out = io.StringIO()
    (base + rules).properties(title="Wait for a scan", width=450, height=200).save(out, format="svg")
    return out.getvalue()


def with_pygal(k: int) -> str:
    """Draw with pygal."""
    import pygal

    values, centre, low, high = lines_of(k)
    chart = pygal.Line(title="Wait for a scan", width=560, height=262, js=[])
    chart.x_labels = [d[:7] for d in CASES[k]["dates"]]
    chart.add("value", values)
    for name, y in (("centre", centre), ("lower", low), ("upper", high), ("target", 55)):
        chart.add(name, [y] * 36)
    return chart.render(is_unicode=True)


PEERS: dict[str, tuple[str, Callable[[int], str]]] = {
    "everysite": ("everysite", with_everysite),
    "matplotlib": ("matplotlib", with_matplotlib),
    "plotly": ("plotly", with_plotly),
    "altair": ("altair", with_altair),
    "pygal": ("pygal", with_pygal),
}


def readable(text: str) -> str:
    """Say what a screen reader gets: role, title and sentence, real text, and whether script is needed."""
    if "<svg" not in text:
        return "nothing without its script (4 MB)"
    root = ET.fromstring(text[text.index("<svg") :])
    tags = [e.tag.rpartition("}")[2] for e in root.iter()]
    has = ["role img" if root.get("role") == "img" else "no role"]
    children = [e.tag.rpartition("}")[2] for e in root]
    has.append("title and sentence" if {"title", "desc"} <= set(children) else "no title or sentence")
    has.append(f"{tags.count('text')} texts" if "text" in tags else "letters as outlines")
    if "script" in tags:
        has.append("holds script")
    return ", ".join(has)


def main() -> None:
    """Draw 40 charts with each package and write RESULTS.md."""
    lines = [
        f"`python -m bench.measure.pictures`, Python {sys.version.split()[0]}, one core; 40 charts, best of 3.",
        "",
        row("package", "version", "ms a chart", "KB a chart", "400 charts (s)", "what a screen reader gets"),
        row(*["---"] * 6),
    ]
    for name, (module, draw) in PEERS.items():
        if not importlib.util.find_spec(module):
            continue
        text = draw(0)
        best, size = math.inf, 0
        for _ in range(3):
            start = time.perf_counter()
            size = sum(len(draw(k).encode()) for k in range(len(CASES)))
            best = min(best, (time.perf_counter() - start) / len(CASES))
        version = "this" if name == "everysite" else importlib.metadata.version(name)
        cells = (f"{1000 * best:.2f}", f"{size / len(CASES) / 1024:.1f}", f"{400 * best:.2f}", readable(text))
        lines.append(row(name, version, *cells))
    write_section("Against other packages: pictures", lines)


if __name__ == "__main__":
    main()
