"""Log lines as JSON, scrubbed: a log is read by people who may not read what it is about."""

import json
import logging
import re
from datetime import UTC, datetime

_SCRUB = [
    (re.compile(r"\b\d{3}[ -.]?\d{3}[ -.]?\d{4}\b"), "[number]"),
    (re.compile(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+"), "[address]"),
    (re.compile(r"\b0\d[\d ]{8,11}\b|\+44[\d ]{9,13}"), "[phone]"),
    (re.compile(r"/a/[\w-]{20,}"), "/a/[token]"),
    (re.compile(r"\bes_\w+_\w+"), "[token]"),
]


def scrub(text: str) -> str:
    """Return text without what looks like a number of a person, an address, a telephone or a token."""
    for pattern, put in _SCRUB:
        text = pattern.sub(put, text)
    return text


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, where, what; of an exception its type and place, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": scrub(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace and trace.tb_next:
                trace = trace.tb_next
            if trace:
                line["where"] = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
        return json.dumps(line, ensure_ascii=False)
