"""The writers of measures, by noun; the older ones are named here for the doors."""

from everysite.measure.services.figures import Figure, check, enter
from everysite.measure.services.measures import KINDS, define, mark_start
from everysite.measure.services.refusals import FigureRefused

__all__ = ["KINDS", "Figure", "FigureRefused", "check", "define", "enter", "mark_start"]
