"""Two straight lines: the same numbers as statsmodels where it is installed, and how often noise is called a step.

Run: python bench/measure/its.py. statsmodels is no dependency; without it only the second part is measured.
"""

import random

from everysite.measure import its

TRIES = 1000


def against_statsmodels(tries: int = 200) -> float | None:
    """Return the largest relative difference of coefficients and covariance, or None without statsmodels."""
    try:
        import numpy as np
        import statsmodels.api as sm
    except ImportError:
        return None
    dice, worst = random.Random(3), 0.0
    for _ in range(tries):
        n = dice.randint(20, 80)
        start = dice.randint(8, n - 8)
        y = [dice.gauss(10, 2) for _ in range(n)]
        x = [[1.0, float(i - start), float(i >= start), float(max(0, i - start))] for i in range(n)]
        lag = int(0.75 * n ** (1 / 3))
        fit = sm.OLS(np.array(y), np.array(x)).fit(
            cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": False}
        )
        ours = its.interrupted(y, start)
        pairs = [(ours["level"]["value"], fit.params[2]), (ours["slope"]["value"], fit.params[3])]
        cover = its.covariance(x, list(fit.resid), lag)
        pairs += [(cover[j][k], fit.cov_params()[j][k]) for j in range(4) for k in range(4)]
        worst = max(worst, max(abs(a - b) / max(abs(b), 1e-9) for a, b in pairs))
    return worst


def false_steps(before: int, after: int, alike: float) -> float:
    """Return the share of series without a change in which the range of the step leaves 0 out."""
    dice, calls = random.Random(5), 0
    for _ in range(TRIES):
        value, values = 0.0, []
        for _ in range(before + after + 20):
            value = alike * value + dice.gauss(0, 1)
            values.append(value)
        level = its.interrupted(values[20:], before)["level"]
        calls += not level["low"] <= 0 <= level["high"]
    return calls / TRIES


if __name__ == "__main__":
    same = against_statsmodels()
    print("statsmodels:", "not installed" if same is None else f"largest relative difference {same:.1e}")
    for before, after in ((24, 24), (24, 12), (28, 9)):
        for alike in (0.0, 0.3):
            share = false_steps(before, after, alike)
            print(
                f"{before} before, {after} after, neighbours alike {alike}: {100 * share:.1f} % called a step"
            )
