"""Read the one record before anything is set up: what cannot be used is said at once."""

from typing import TYPE_CHECKING

from everysite.base.problems import FileProblem, Report
from everysite.base.tables import Limits
from everysite.capture.readers.learning import read_learning
from everysite.capture.readers.record import CapturedRecord
from everysite.cli.say import Stop

if TYPE_CHECKING:
    from everysite.cli.spreading.walk import Wish

LIMITS = Limits(rows=5_000_000, bytes=4_000_000_000)


def the_record(wish: "Wish") -> CapturedRecord:
    """Return the one record the command is about, or stop with a plain sentence."""
    report = Report(file=wish.file.name)
    try:
        found = [
            one
            for one in read_learning(wish.file, report=report, file=wish.file.name, limits=LIMITS)
            if not wish.record or wish.record in (one.reference, str(one.extra.get("report_id", "")))
        ]
    except FileProblem as problem:
        raise Stop(str(problem)) from None
    why = f" {report.problems[0].problem}" if report.problems else ""
    if not found and wish.record:
        raise Stop(f"{wish.file.name}: there is no such record.{why}")
    if not found:
        raise Stop(f"{wish.file.name}: there is no record in it that can be used.{why}")
    if len(found) > 1:
        raise Stop(f"{wish.file.name} holds {len(found)} records. Choose one with --record ID.")
    return found[0]
