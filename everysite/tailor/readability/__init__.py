"""Plain-English measures and warnings: counts, grades, and what to try instead. Warnings, never gates."""

from everysite.tailor.readability.engine import Comparison, Result, compare, lines, read
from everysite.tailor.readability.scores import Counts, Scores
from everysite.tailor.readability.warnings import Notice
from everysite.tailor.readability.words import Lists, load_lists

__all__ = [
    "Comparison",
    "Counts",
    "Lists",
    "Notice",
    "Result",
    "Scores",
    "compare",
    "lines",
    "load_lists",
    "read",
]
