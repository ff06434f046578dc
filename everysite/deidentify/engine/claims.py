"""Who owns which letters: earlier finders win, a longer find that contains an earlier one takes it over."""

from collections.abc import Iterable

from .narrative import DIRECT, Span


class Claims:
    """The spans accepted so far, and a map of the letters they cover."""

    def __init__(self, text: str) -> None:
        """Start with nothing claimed."""
        self.text = text
        self.taken = bytearray(len(text))
        self.spans: dict[int, Span] = {}

    def free(self, start: int, end: int) -> bool:
        """Return whether no letter of the stretch is claimed."""
        return self.taken.find(1, start, end) < 0

    def over(self, start: int, end: int) -> list[Span]:
        """Return the accepted spans that touch the stretch."""
        found = []
        at = self.taken.find(1, start, end)
        while at >= 0:
            head = at
            while head not in self.spans or not self.spans[head].start <= at < self.spans[head].end:
                head -= 1
            span = self.spans[head]
            found.append(span)
            if span.end >= end:
                break
            at = self.taken.find(1, span.end, end)
        return found

    def put(self, span: Span) -> bool:
        """Accept the span, or what is left of it; return whether anything was accepted."""
        if span.start >= span.end:
            return False
        if self.free(span.start, span.end):
            self._set(span)
            return True
        touching = self.over(span.start, span.end)
        inside = all(span.start <= t.start and t.end <= span.end for t in touching)
        covers_more = sum(t.end - t.start for t in touching) < span.end - span.start
        if inside and covers_more and self._may_absorb(span, touching):
            for t in touching:
                if t.form:
                    span.form = tuple(dict.fromkeys((*span.form, *t.form)))
                    span.hint = span.hint or t.hint
                if t.tier == "sure" and t.label == span.label:
                    span.tier = "sure"
                self._drop(t)
            self._set(span)
            return True
        return self._put_rest(span, touching)

    def _may_absorb(self, span: Span, touching: list[Span]) -> bool:
        if span.label in DIRECT:
            return True
        return all(
            t.label not in DIRECT or (t.label == "PERSON" and span.label in ("LOCATION", "ROLE"))
            for t in touching
        )

    def _put_rest(self, span: Span, touching: list[Span]) -> bool:
        at, done = span.start, False
        for t in [*touching, None]:
            stop = min(t.start, span.end) if t else span.end
            if stop > at and any(c.isalnum() for c in self.text[at:stop]) and span.label in DIRECT:
                a, b = at, stop
                while a < b and not self.text[a].isalnum():
                    a += 1
                while b > a and not self.text[b - 1].isalnum():
                    b -= 1
                if b - a >= 2 or span.label == "PERSON":
                    self._set(
                        Span(
                            a,
                            b,
                            span.label,
                            span.tier,
                            span.source,
                            span.why,
                            span.confidence,
                            hint=span.hint,
                        )
                    )
                    done = True
            if t:
                at = max(at, t.end)
        return done

    def put_all(self, spans: Iterable[Span]) -> None:
        """Accept the spans, longest first where they start together."""
        for span in sorted(spans, key=lambda s: (s.start, -s.end)):
            self.put(span)

    def _set(self, span: Span) -> None:
        self.spans[span.start] = span
        self.taken[span.start : span.end] = b"\1" * (span.end - span.start)

    def _drop(self, span: Span) -> None:
        del self.spans[span.start]
        self.taken[span.start : span.end] = bytes(span.end - span.start)

    def replace(self, old: Span, new: Span) -> None:
        """Swap one accepted span for another that contains it."""
        self._drop(old)
        self._set(new)

    def sorted(self) -> list[Span]:
        """Return the accepted spans in the order of the text."""
        return [self.spans[k] for k in sorted(self.spans)]
