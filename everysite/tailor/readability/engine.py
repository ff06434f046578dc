"""Read a text: counts, scores, warnings, and the difference between two versions of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from everysite.tailor.readability.scores import Counts, Scores, count, score
from everysite.tailor.readability.warnings import Notice, notices
from everysite.tailor.readability.words import Lists, load_lists

#: Reading age to aim for in years, and the highest that medical words may force it to.
AIM = 11
AIM_MEDICAL = 14


@dataclass(frozen=True, slots=True)
class Result:
    """What one text measures and what may be hard to read in it."""

    counts: Counts
    scores: Scores
    warnings: tuple[Notice, ...]

    def as_dict(self) -> dict[str, Any]:
        """The result as plain values, in the shape of the file contract."""
        return {
            "counts": asdict(self.counts),
            "scores": self.scores.as_dict(),
            "warnings": [item.as_dict() for item in self.warnings],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Scores of the text it came from and of the version, with a sentence that compares them."""

    before: Scores
    after: Scores
    sentence: str


def read(text: str, lists: Lists | None = None) -> Result:
    """Measure a text; without lists, the shipped ones are used."""
    return Result(count(text), score(text), notices(text, lists if lists is not None else load_lists()))


def compare(before: str, after: str) -> Comparison:
    """The scores of two texts side by side."""
    first, second = score(before), score(after)
    return Comparison(first, second, _sentence(first.reading_age, second.reading_age))


def _sentence(before: int | None, after: int | None) -> str:
    if after is None:
        return "The text is too short to give a reading age."
    now = f"A person of about {after} can read this."
    if after <= AIM:
        aim = "That meets our aim of 9 to 11."
    elif after <= AIM_MEDICAL:
        aim = "Our aim is 9 to 11, or up to 14 where medical words force it."
    else:
        aim = "Our aim is 9 to 11. Try shorter sentences and plainer words."
    start = f" The text it came from needs about {before}." if before is not None else ""
    return f"{now}{start} {aim}"


def lines(
    records: Iterable[Mapping[str, Any]],
    lists: Lists | None = None,
    before: Mapping[str, str] | None = None,
) -> Iterator[dict[str, Any]]:
    """Results for records with id and text, one by one; `before` maps ids to the text each came from."""
    for record in records:
        result = {"id": record["id"], **read(str(record["text"]), lists).as_dict()}
        if before is not None and record["id"] in before:
            result["before"] = score(before[record["id"]]).as_dict()
        yield result
