"""Every step's pull, in the order of the journey."""

from collections.abc import Callable
from datetime import datetime

from everysite.act import services as act
from everysite.base import clock, ledger
from everysite.capture import advance as capture
from everysite.deidentify import advance as deidentify
from everysite.disseminate import advance as disseminate
from everysite.learn import services as learn
from everysite.measure import advance as measure
from everysite.network import advance as network
from everysite.network import queries
from everysite.tailor import services as tailor

STEPS: list[tuple[str, Callable[[datetime], int]]] = [
    ("network", network.advance),
    ("capture", capture.advance),
    ("deidentify", deidentify.advance),
    ("learn", learn.advance),
    ("tailor", tailor.advance),
    ("disseminate", disseminate.advance),
    ("act", act.advance),
    ("measure", measure.advance),
]


def advance(now: datetime) -> dict[str, int]:
    """Call each step once and seal the ledger; return how much each did."""
    done = {name: step(now) for name, step in STEPS}
    ledger.seal()
    return done


def stop_clock_as_the_network_says() -> None:
    """Hold the clock where a demo network holds it; a real network's clock runs."""
    network_row = queries.network()
    if network_row.demo and network_row.clock_stopped_at:
        clock.stop_at(network_row.clock_stopped_at)
