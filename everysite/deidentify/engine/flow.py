"""A text as it was meant to be read: lines broken by a mail program joined, stray double spaces made one."""

import re

from .narrative import Span

SPACES = re.compile(r"(?<=[^\s|])[ \u00a0]{2,3}(?=[^\s|])")
BROKEN = re.compile(r"(?<=[^\W_]|[,&(])[ ]?(\r?\n)(?=[a-z]|\()")
WIDE = 58  # characters; mail programs break at 65 to 78, people who start a new line do so sooner


class Flow:
    """The readable text, and the way back to the offsets of the text as written."""

    __slots__ = ("back", "source", "text")

    def __init__(self, source: str) -> None:
        """Join what was broken; linear in the length of the text."""
        self.source = source
        self.back: list[int] | None = None
        text = source
        if "\n" in text:
            text = BROKEN.sub(lambda m: self._join(m), text)
        if "  " in text or "\u00a0" in text:
            text = self._squeeze(text)
        self.text = text

    def _join(self, m: re.Match[str]) -> str:
        text = m.string
        began = text.rfind("\n", 0, m.start())
        if m.start() - began <= WIDE:
            return m.group()
        return " " * len(m.group())

    def _squeeze(self, text: str) -> str:
        parts: list[str] = []
        back: list[int] = []
        at = 0
        for m in SPACES.finditer(text):
            parts += [text[at : m.start()], " "]
            back += range(at, m.start() + 1)
            at = m.end()
        if not parts:
            return text
        parts.append(text[at:])
        back += range(at, len(text))
        self.back = back
        return "".join(parts)

    def restore(self, spans: list[Span]) -> list[Span]:
        """Give the spans the offsets and words of the text as written."""
        for span in spans:
            if self.back is not None:
                span.start, span.end = self.back[span.start], self.back[span.end - 1] + 1
            span.text = self.source[span.start : span.end]
            if span.action == "keep":
                span.replacement = span.text
        return spans
