"""How often do the charts and the verdict fire when nothing has changed, and how much do they find?

python -m bench.measure.false_alarms [series]      (from the top folder; writes RESULTS.md)
"""

import math
import random
import sys
from collections.abc import Callable

from bench.measure.results import percent, row, write_section
from everysite.measure.effect import effect
from everysite.measure.spc import compute

SEED = 20260222
Dice = random.Random


def poisson(dice: Dice, mean: float) -> int:
    """Return one Poisson number."""
    limit, k, product = math.exp(-mean), 0, dice.random()
    while product > limit:
        k += 1
        product *= dice.random()
    return k


def binomial(dice: Dice, n: int, share: float) -> int:
    """Return one binomial number."""
    return sum(dice.random() < share for _ in range(n))


def normal(dice: Dice, n: int, alike: float = 0.0) -> list[float]:
    """Return Normal values; `alike` is the correlation of neighbours."""
    out, last = [], dice.gauss(0, 1)
    for _ in range(n):
        last = alike * last + math.sqrt(1 - alike * alike) * dice.gauss(0, 1)
        out.append(50 + 5 * last)
    return out


def share_case(dice: Dice, n: int, spread: float) -> dict:
    """Return a share of 80 % on 30 to 80 people, with extra spread between periods."""
    sizes = [dice.randint(30, 80) for _ in range(n)]
    shares = [min(0.99, max(0.01, dice.gauss(0.8, spread))) for _ in range(n)]
    return {
        "values": [binomial(dice, k, p) for k, p in zip(sizes, shares, strict=True)],
        "denominators": sizes,
    }


def rate_case(dice: Dice, n: int, spread: float) -> dict:
    """Return a rate of 8 per 1,000 on 800 to 1,500 days, with extra spread between periods."""
    sizes = [dice.randint(800, 1500) for _ in range(n)]
    rates = [0.008 * math.exp(dice.gauss(0, spread)) for _ in range(n)]
    return {
        "values": [poisson(dice, k * r) for k, r in zip(sizes, rates, strict=True)],
        "denominators": sizes,
    }


def gaps(dice: Dice, n: int) -> list[int]:
    """Return cases between events at 5 %."""
    return [int(math.log(1 - dice.random()) / math.log(0.95)) for _ in range(n)]


KINDS: list[tuple[str, str, Callable[[Dice, int], dict]]] = [
    ("xmr", "Normal", lambda d, n: {"values": normal(d, n)}),
    ("xmr", "Normal, neighbours alike 0.3", lambda d, n: {"values": normal(d, n, 0.3)}),
    (
        "xmr",
        "Poisson, mean 10",
        lambda d, n: {"values": [poisson(d, 10) for _ in range(n)], "measure": "count"},
    ),
    ("run", "Normal", lambda d, n: {"values": normal(d, n)}),
    ("c", "Poisson, mean 5", lambda d, n: {"values": [poisson(d, 5) for _ in range(n)]}),
    ("p", "binomial, 80 % of 30 to 80", lambda d, n: share_case(d, n, 0)),
    ("p", "the same, shares spread by 6", lambda d, n: share_case(d, n, 0.06)),
    ("pp", "the same, shares spread by 6", lambda d, n: share_case(d, n, 0.06)),
    ("u", "Poisson, 8 per 1,000", lambda d, n: rate_case(d, n, 0)),
    ("u", "the same, rates spread by a third", lambda d, n: rate_case(d, n, 0.33)),
    ("up", "the same, rates spread by a third", lambda d, n: rate_case(d, n, 0.33)),
    ("g", "geometric, 5 %", lambda d, n: {"values": gaps(d, n)}),
    ("g sigma3", "geometric, 5 %", lambda d, n: {"values": gaps(d, n), "limits": "sigma3"}),
    ("t", "exponential", lambda d, n: {"values": [d.expovariate(1 / 30) for _ in range(n)]}),
    (
        "t nelson",
        "exponential",
        lambda d, n: {"values": [d.expovariate(1 / 30) for _ in range(n)], "limits": "nelson"},
    ),
]
REFUSED = [
    ("0.2 events a month", lambda d, n: {"values": [poisson(d, 0.2) for _ in range(n)], "measure": "count"}),
    (
        "20 audits a month at 99 %",
        lambda d, n: {"values": [binomial(d, 20, 0.99) for _ in range(n)], "denominators": [20] * n},
    ),
]


def chart_rates(series: int, n: int = 24) -> list[str]:
    """Return the table of false alarms of each chart."""
    lines = [
        f"`python -m bench.measure.false_alarms {series}`: {series} series of {n} points each, nothing changed, seed {SEED}.",
        "",
        row(
            "chart",
            "data",
            "points marked",
            "points outside limits",
            "icon lit at the last point",
            "series with any mark",
        ),
        row(*["---"] * 6),
    ]
    for chart, what, make in KINDS:
        dice = random.Random(SEED)
        points = outside = lit = some = done = 0
        for _ in range(series):
            got = compute(
                {
                    "chart": chart.split()[0],
                    "direction": "increase",
                    "accept_unsuited": "test",
                    **make(dice, n),
                }
            )
            if got["status"] != "ok":
                continue
            done += 1
            rules = got["points"]["rule"]
            points += sum(r is not None for r in rules)
            outside += sum(bool(r) and r.startswith("beyond") for r in rules)
            lit += got["icons"]["variation"] != "common_cause"
            some += any(rules)
        cells = (
            percent(points, done * n),
            percent(outside, done * n),
            percent(lit, done),
            percent(some, done),
        )
        lines.append(row(chart, what, *cells))
    lines += ["", "What the chooser keeps off the XmR chart, drawn all the same to see why:", ""]
    lines += [row("data", "refused by the chooser", "icon lit when drawn by force"), row("---", "---", "---")]
    for what, make in REFUSED:
        dice = random.Random(SEED)
        refused = lit = done = 0
        for _ in range(series):
            case = {"chart": "xmr", "direction": "increase", **make(dice, n)}
            refused += compute(case)["status"] == "refused"
            got = compute({**case, "accept_unsuited": "test"})
            done += got["status"] == "ok"
            lit += got["status"] == "ok" and got["icons"]["variation"] != "common_cause"
        lines.append(row(what, percent(refused, series), percent(lit, done)))
    return lines


def verdict_rates(series: int) -> list[str]:
    """Return the tables of false verdicts and of power."""
    made: list[tuple[str, str, Callable[[Dice, int], dict]]] = [
        ("xmr", "Normal", KINDS[0][2]),
        ("xmr", "Normal, neighbours alike 0.3", KINDS[1][2]),
        ("xmr", "Normal, neighbours alike 0.6", lambda d, n: {"values": normal(d, n, 0.6)}),
        ("c", "Poisson, mean 5", KINDS[4][2]),
        ("p", "binomial, 80 % of 30 to 80", KINDS[5][2]),
        ("pp", "the same, shares spread by 6", KINDS[7][2]),
        ("u", "Poisson, 8 per 1,000", KINDS[8][2]),
    ]
    lines = [
        f"`python -m bench.measure.false_alarms {series}`: {series} plans each, 12 follow-up points, nothing changed.",
        "A verdict is never shown without the placebo rate of the same plan on real series; these are the floor.",
        "",
        row("chart", "data", "baseline", "improved", "worse", "mixed", "any signal on the better side"),
        row(*["---"] * 7),
    ]
    for chart, what, make in made:
        for baseline in (24, 12):
            dice = random.Random(SEED + baseline)
            count = {"improved": 0, "worse": 0, "mixed": 0}
            done = 0
            for _ in range(series):
                case = {"chart": chart, "direction": "increase", "baseline": baseline, "action": baseline}
                got = effect({**case, "accept_unsuited": "test", **make(dice, baseline + 12)})
                done += got["status"] == "ok"
                if got.get("verdict") in count:
                    count[got["verdict"]] += 1
            cells = [percent(v, done) for v in count.values()]
            lines.append(
                row(chart, what, baseline, *cells, percent(count["improved"] + count["mixed"], done))
            )
    lines += [
        "",
        "Power: Normal data, 24 points before, 12 after; share of plans with a signal on the better side.",
        "",
    ]
    lines += [row("shift in sigma", "found (24 before)", "found (12 before)"), row("---", "---", "---")]
    for shift in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0):
        cells = []
        for baseline in (24, 12):
            dice = random.Random(SEED)
            found = 0
            for _ in range(series):
                values = normal(dice, baseline + 12)
                values = [v + 5 * shift * (i >= baseline) for i, v in enumerate(values)]
                got = effect(
                    {
                        "chart": "xmr",
                        "direction": "increase",
                        "baseline": baseline,
                        "action": baseline,
                        "values": values,
                    }
                )
                found += got["signal"] is not None
            cells.append(percent(found, series))
        lines.append(row(shift, *cells))
    return lines


if __name__ == "__main__":
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    write_section("False alarms of charts", chart_rates(how_many))
    write_section("False verdicts, and power", verdict_rates(how_many))
