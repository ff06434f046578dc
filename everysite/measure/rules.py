"""The rules of measure, in one place: charts, verdicts, funnels, parts of RE-AIM. All pure."""

from .chart import sentence, svg, table
from .choose import choose
from .claims import VERDICTS, claim_words, headed, placebo_words, repeated_words, verdict_words
from .effect import POWER, effect, order_test, staggered
from .funnel import funnel
from .reaim import adoption, effectiveness, implementation, maintenance, reach
from .rebase import suggested as suggested_rebase
from .released import released
from .scorecard import matrix, needs_narrative, talk_first
from .spc import compute
from .words import method_rows, second_opinion

__all__ = [
    "POWER",
    "VERDICTS",
    "adoption",
    "choose",
    "claim_words",
    "compute",
    "effect",
    "effectiveness",
    "funnel",
    "headed",
    "implementation",
    "maintenance",
    "matrix",
    "method_rows",
    "needs_narrative",
    "order_test",
    "placebo_words",
    "reach",
    "released",
    "repeated_words",
    "second_opinion",
    "sentence",
    "staggered",
    "suggested_rebase",
    "svg",
    "table",
    "talk_first",
    "verdict_words",
]
