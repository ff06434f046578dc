"""What may be said about an effect: verdicts in words, the chance rate in the same breath, never a cause."""

from collections.abc import Mapping, Sequence
from typing import Any

from .pictures.paper import number

VERDICTS = {
    "improved": "Improved",
    "worse": "Worse",
    "mixed": "Mixed",
    "no_signal": "No detectable change",
    "no_signal_yet": "No signal yet",
    "too_early": "Too early",
}
NOT_MEASURED = "Not measured"
Result = Mapping[str, Any]


def verdict_words(result: Result | None) -> str:
    """Return the verdict of a site in words; a refused or absent result is not measured."""
    return VERDICTS.get((result or {}).get("verdict") or "", NOT_MEASURED)


def headed(result: Result, balancing: Sequence[Result] = ()) -> str:
    """Return the verdict of a claim with its balancing measures: an improvement that cost something is mixed."""
    verdict = str(result.get("verdict") or "")
    if verdict == "improved" and any(b.get("verdict") in ("worse", "mixed") for b in balancing):
        return "mixed"
    return verdict


def claim_words(result: Result) -> str:
    """Return the words allowed for one result."""
    verdict, rate = result.get("verdict"), (result.get("placebo") or {}).get("rate")
    if verdict == "no_signal":
        return "no signal"
    if verdict in ("no_signal_yet", "too_early"):
        return "no signal yet"
    if verdict not in ("improved", "worse", "mixed"):
        return "not measured"
    if rate is None:
        return "signal, chance rate unknown"
    return f"associated with the action (chance rate {percent(rate)} %)"


def placebo_words(placebo: Result | None) -> str:
    """Return how often the test is fooled, with its denominator; printed in the same size as the verdict."""
    if not placebo or not placebo.get("windows"):
        return "There are no dates without an action to try this test on. We cannot say how often chance does this."
    windows, fired, sites = placebo["windows"], placebo["fired"], placebo["sites"]
    place = "site" if sites == 1 else "sites"
    said = (
        f"We ran it on {number(windows)} dates when nothing had changed, at {number(sites)} {place}."
        f" It gave a false signal on {number(fired)} of {number(windows)}."
    )
    if placebo.get("rate") is None:
        return said + " That is too few: we cannot say how often this appears by chance here."
    return said


def repeated_words(result: Result) -> str:
    """Return the words for sites that adopted one after the other."""
    if result.get("status") != "ok":
        return "not measured"
    words = f"repeated at {number(result['signals'])} of {number(result['sites'])} sites as each adopted"
    tail = result.get("tail")
    return words if tail is None else f"{words} (by chance this or more: {percent(tail)} %)"


def percent(share: float) -> str:
    """Return a share in 100, with one decimal below 10, and never a false 0."""
    value = 100 * share
    if 0 < value < 0.1:
        return "less than 0.1"
    return number(value, 1 if value < 10 and value != int(value) else 0)
