"""Funnel plots: is a unit further from the rest than chance allows? No ranking, no league table."""

from collections.abc import Mapping
from math import exp, floor, fsum, lgamma, log, log1p, sqrt
from typing import Any

from .series import is_number, name_of, refusal
from .spc import refused

TAILS = (0.025, 0.975, 0.001, 0.999)
Z = {"0.95": 1.959963984540054, "0.998": 3.090232306167813}
DRAW_FROM = 10  # units below which a funnel is not drawn
OUTSIDE = 0.002  # chance that an ordinary unit lies outside the outer limits
WINSORISED = 0.1  # share of units at each end pulled in before the spread is measured
LARGEST_N = 1e9
Result = dict[str, Any]


def funnel(case: Any) -> Result:
    """Return target, limits and position of each unit, or why they cannot be given."""
    if not isinstance(case, Mapping):
        return refused(None, [refusal("bad_input", "A case must be an object with units.")])
    case_id, family = name_of(case), case.get("family")
    if family not in ("binomial", "poisson"):
        return refused(
            case_id, [refusal("bad_input", "The family must be binomial (people) or poisson (exposure).")]
        )
    units, target = case.get("units"), case.get("target")
    if units is None or (isinstance(units, list | tuple) and not units):
        return refused(case_id, [refusal("no_data", "There are no units yet.")])
    bad = _bad_units(units, family)
    if bad:
        return refused(case_id, [bad])
    pooled = target is None
    if pooled:
        target = fsum(u["events"] for u in units) / fsum(u["n"] for u in units)
    elif not is_number(target) or target < 0 or (family == "binomial" and target > 1):
        text = "The target must be a number, 0 or more (and at most 1 for people out of people)."
        return refused(case_id, [refusal("bad_value", text)])
    target = float(target)
    spread = overdispersion(units, target, family) if case.get("overdispersion") is True else None
    tau = spread["tau"] if spread else 0.0
    rows = []
    for unit in units:
        if tau > 0:
            limits = wider_limits(unit["n"], target, family, tau)
        else:
            limits = exact_limits(unit["n"], target, family)
        value = unit["events"] / unit["n"]
        rows.append(
            {"id": name_of(unit), "value": value, "limits": limits, "position": position(value, limits)}
        )
    return {
        "id": case_id,
        "status": "ok",
        "target": target,
        "pooled": pooled,
        "draw": len(units) >= DRAW_FROM,
        "expected_false_alarms": OUTSIDE * len(units),
        "overdispersion": spread,
        "units": rows,
    }


def _bad_units(units: Any, family: str) -> dict[str, str] | None:
    """Return the first reason why the units cannot be read, or None."""
    if not isinstance(units, list | tuple):
        return refusal("bad_input", "The units must be a list; each with its id, events and n.")
    for unit in units:
        if not isinstance(unit, Mapping):
            return refusal("bad_input", "Each unit must be an object with id, events and n.")
        events, n = unit.get("events"), unit.get("n")
        name = unit.get("id")
        if not is_number(events) or not is_number(n):
            return refusal("bad_value", f"Unit {name}: events and n must be numbers.")
        if n <= 0 or n > LARGEST_N or n < 1e-9:
            return refusal("bad_value", f"Unit {name}: n must be above 0 and at most 1,000,000,000.")
        if events < 0 or events > LARGEST_N:
            return refusal("bad_value", f"Unit {name}: events must be 0 or more.")
        if family == "binomial" and events > n:
            return refusal("bad_value", f"Unit {name}: there are more events than people.")
        if family == "binomial" and n != floor(n):
            return refusal("bad_value", f"Unit {name}: n must be a whole number of people.")
    return None


def position(value: float, limits: Mapping[str, list[float]]) -> str:
    """Return where a unit lies; on a limit is inside."""
    for name in ("0.998", "0.95"):
        low, high = limits[name]
        near = 1e-9 * max(abs(value), abs(high))
        if value > high + near:
            return f"above_{name}"
        if value < low - near:
            return f"below_{name}"
    return "inside"


def exact_limits(n: float, target: float, family: str) -> dict[str, list[float]]:
    """Return interpolated limits of the exact distribution (Spiegelhalter 2005) as rates."""
    most = 1.0 if family == "binomial" else None
    if target == 0 or (family == "binomial" and target == 1):
        return {"0.95": [target, target], "0.998": [target, target]}
    ends = [_clip(r / n, most) for r in _quantiles(n, target, family)]
    return {"0.95": [ends[0], ends[1]], "0.998": [ends[2], ends[3]]}


def _clip(value: float, most: float | None) -> float:
    """Return a rate kept to what is possible."""
    value = max(0.0, value)
    return value if most is None else min(most, value)


def _quantiles(n: float, target: float, family: str) -> list[float]:
    """Return the interpolated quantiles r - (F(r) - p) / (F(r) - F(r-1)) for the four tails, as counts."""
    mean = n * target
    variance = mean * (1 - target) if family == "binomial" else mean
    r = max(0, floor(mean - 12 * sqrt(variance) - 12))  # below it lies less than 1e-20
    mass = exp(_log_mass(r, n, target, family))
    total = carried = 0.0
    found: dict[float, float] = {}
    waiting = sorted(TAILS)
    odds = target / (1 - target) if family == "binomial" else 0.0
    while waiting:
        # Compensated sum (Kahan): many tiny masses are added before the first that counts.
        y = mass - carried
        t = total + y
        carried = (t - total) - y
        total = t
        while waiting and total >= waiting[0]:
            found[waiting[0]] = r - (total - waiting[0]) / mass
            waiting.pop(0)
        if family == "binomial":
            if r >= n:
                found.update(dict.fromkeys(waiting, float(n)))
                break
            mass *= (n - r) / (r + 1) * odds
        else:
            mass *= mean / (r + 1)
        r += 1
        if mass <= 0.0 and r > mean:  # nothing is left to add: rounding kept the sum under the last tail
            found.update(dict.fromkeys(waiting, float(r)))
            break
        if mass < 1e-290:
            mass = exp(_log_mass(r, n, target, family))
    return [found[p] for p in TAILS]


def _log_mass(r: int, n: float, target: float, family: str) -> float:
    """Return the logarithm of the chance of exactly r events."""
    if family == "poisson":
        mean = n * target
        return r * log(mean) - mean - lgamma(r + 1)
    return lgamma(n + 1) - lgamma(r + 1) - lgamma(n - r + 1) + r * log(target) + (n - r) * log1p(-target)


def overdispersion(units: Any, target: float, family: str) -> dict[str, float]:
    """Return how much wider than chance the units spread: phi, and tau of the random effects between units."""
    z, weights = [], []
    for unit in units:
        variance = _variance(unit["n"], target, family)
        if variance <= 0:
            return {"phi": 0.0, "tau": 0.0}
        z.append((unit["events"] / unit["n"] - target) / sqrt(variance))
        weights.append(1 / variance)
    k = len(z)
    z.sort()
    cut = floor(WINSORISED * k)
    if cut:
        z[:cut] = [z[cut]] * cut
        z[-cut:] = [z[-cut - 1]] * cut
    phi = fsum(x * x for x in z) / k
    total = fsum(weights)
    below = total - fsum(w * w for w in weights) / total
    tau2 = max(0.0, (k * phi - (k - 1)) / below) if k * phi > k - 1 and below > 0 else 0.0
    return {"phi": phi, "tau": sqrt(tau2)}


def _variance(n: float, target: float, family: str) -> float:
    """Return the sampling variance of a unit's rate at the target."""
    return (target * (1 - target) if family == "binomial" else target) / n


def wider_limits(n: float, target: float, family: str, tau: float) -> dict[str, list[float]]:
    """Return Normal limits with the spread between units added."""
    step = sqrt(_variance(n, target, family) + tau * tau)
    most = 1.0 if family == "binomial" else None
    return {name: [_clip(target - z * step, most), _clip(target + z * step, most)] for name, z in Z.items()}
