"""Small accessible pictures as SVG text: each has a title, a sentence, real text and shapes besides colour."""

from .bars import bar, gap_bar
from .marks import mark
from .reach_chart import reach_chart
from .team_boxes import team_boxes

__all__ = ["bar", "gap_bar", "mark", "reach_chart", "team_boxes"]
