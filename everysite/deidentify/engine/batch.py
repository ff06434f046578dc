"""Streams a file of narratives through the engine: ordered output, many processes, all or nothing."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from . import ner as language_model
from . import pool, rows
from .chunks import Chunk, Done, Failed, Setup, cut
from .io import BadInput, gazetteer_from_json, roles_from_json
from .narrative import AUDIENCES, STYLES, Gazetteer, Roles
from .version import rules_sha256

Run = Callable[
    [Iterator[Chunk], Setup], Iterator[Done]
]  # gives each chunk's result, in the order of the chunks
__all__ = ["Failed", "Run", "run_batch"]


def run_batch(
    in_path: str | Path,
    out_path: str | Path,
    *,
    gazetteer: str | Path | Gazetteer | None = None,
    roles: str | Path | Roles | None = None,
    audience: str = "network",
    ner: str = "auto",
    style: str = "roles",
    seed: str = "",
    stats: str | Path | None = None,
    jobs: int = 1,
    run: Run | None = None,
    progress: Callable[[int], None] | None = None,
    notice: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """De-identify every narrative of the file, write the result beside and rename it, and return the stats.

    `jobs` processes of this machine do the work (0: one for each core), or whatever `run` spreads it over.
    `BadInput` and `Failed` leave no file and whatever was there before.
    """
    source, target = Path(in_path), Path(out_path)
    setup = _setup(gazetteer, roles, audience=audience, ner=ner, style=style, seed=seed, notice=notice)
    if jobs < 0:
        raise BadInput("option jobs: must be 0 (one for each core) or more")
    jobs = jobs or os.cpu_count() or 1
    run = run or (pool.alone if jobs == 1 else partial(pool.processes, jobs=jobs))
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    chunks = cut(rows.rows(source))
    results = run(chunks, setup)
    total = _Total()
    try:
        with half.open("w", encoding="utf-8", newline="\n") as out:
            for done in results:
                if done.problem:
                    raise BadInput(f"{source.name}, line {done.problem[0]}, {done.problem[1]}")
                total.add(done)
                out.writelines(line + "\n" for line in done.lines)
                if progress:
                    progress(len(done.lines))
            out.flush()
            os.fsync(out.fileno())
        os.replace(half, target)
    except OSError as error:
        raise BadInput(f"{target.name}: cannot be written ({error.strerror or 'system error'})") from None
    finally:
        half.unlink(missing_ok=True)
        results.close() if hasattr(results, "close") else None
    if stats:
        _write(Path(stats), json.dumps(total.stats()))
    return total.stats()


def _setup(
    gazetteer: str | Path | Gazetteer | None,
    roles: str | Path | Roles | None,
    *,
    audience: str,
    ner: str,
    style: str,
    seed: str,
    notice: Callable[[str], None] | None,
) -> Setup:
    for name, value, known in (
        ("audience", audience, AUDIENCES),
        ("style", style, STYLES),
        ("ner", ner, language_model.CHOICES),
    ):
        if value not in known:
            raise BadInput(f"option {name}: must be one of {', '.join(known)}")
    if isinstance(gazetteer, (str, Path)):
        gazetteer = gazetteer_from_json(rows.document(Path(gazetteer), "gazetteer"))
    if isinstance(roles, (str, Path)):
        roles = roles_from_json(rows.document(Path(roles), "roles"))
    try:
        # Settled here once, so that every worker uses the same.
        chosen = language_model.settle(ner, notice)
    except ValueError as error:
        raise BadInput(f"option ner: {error}") from None
    return Setup(gazetteer or Gazetteer(), roles or Roles(), chosen, audience, style, seed)


class _Total:
    """Adds up what the workers did."""

    def __init__(self) -> None:
        self.documents, self.chars, self.ner = 0, 0, "none"
        self.busy: defaultdict[str, float] = defaultdict(float)

    def add(self, done: Done) -> None:
        if done.rules != rules_sha256() or (self.documents and done.ner != self.ner):
            raise Failed(
                "Workers have different versions of the rules or of the language model. "
                "Install the same version everywhere. Nothing was written."
            )
        self.documents += len(done.lines)
        self.chars += done.chars
        self.ner = done.ner
        self.busy[done.lane] += done.seconds

    def stats(self) -> dict[str, Any]:
        """Return the counts; the seconds are those of the busiest process."""
        return {
            "documents": self.documents,
            "chars": self.chars,
            "seconds": max(self.busy.values(), default=0.0),
            "ner": self.ner,
        }


def _write(path: Path, text: str) -> None:
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        half.write_text(text, encoding="utf-8")
        os.replace(half, path)
    except OSError as error:
        raise BadInput(f"{path.name}: cannot be written ({error.strerror or 'system error'})") from None
    finally:
        half.unlink(missing_ok=True)
