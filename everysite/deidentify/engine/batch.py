"""Streams a file of narratives through the engine: ordered output, many processes, all or nothing."""

import csv
import json
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from . import ner as language_model
from .engine import Engine
from .io import BadInput, dumps, from_json, gazetteer_from_json, roles_from_json
from .narrative import AUDIENCES, STYLES, Gazetteer, Roles

CHUNK = 32  # narratives given to a process at a time
MOST_FIELD = 64 * 1024 * 1024  # characters in one CSV field
_ENGINE: list[tuple[Engine, str, str, str]] = []


def _rows(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the number of each row in the file and its object."""
    kind = path.suffix.lower()
    try:
        if kind == ".csv":
            yield from _csv(path)
        elif kind == ".json":
            with path.open(encoding="utf-8-sig") as file:
                data = json.load(file)
            if not isinstance(data, list):
                raise BadInput(f"{path.name}: must hold a list of narratives")
            yield from enumerate(data, 1)
        else:
            with path.open(encoding="utf-8-sig", newline="\n") as file:
                for number, line in enumerate(file, 1):
                    if line.strip():
                        try:
                            yield number, json.loads(line)
                        except (ValueError, RecursionError):
                            raise BadInput(f"{path.name}, line {number}: is not valid JSON") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path.name}: is not UTF-8 text; save it as UTF-8 and try again") from None
    except json.JSONDecodeError as problem:
        raise BadInput(f"{path.name}, line {problem.lineno}: is not valid JSON") from None
    except RecursionError:
        raise BadInput(f"{path.name}, line 1: is nested too deeply") from None
    except FileNotFoundError:
        raise BadInput(f"{path.name}: there is no such file") from None
    except (IsADirectoryError, PermissionError):
        raise BadInput(f"{path.name}: cannot be read") from None


def _csv(path: Path) -> Iterator[tuple[int, Any]]:
    csv.field_size_limit(MOST_FIELD)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = [c for c in reader.fieldnames or [] if c]
        for wanted in ("id", "text"):
            if wanted not in columns:
                raise BadInput(
                    f"{path.name}, line 1, field {wanted}: the heading row needs the columns id and text"
                )
        try:
            for row in reader:
                yield reader.line_num, {"id": row.get("id"), "text": row.get("text")}
        except csv.Error:
            raise BadInput(f"{path.name}, line {reader.line_num}: is not a valid CSV row") from None


def _load_json(path: Path, what: str) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadInput(f"{path.name}: there is no such file ({what})") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path.name}: is not UTF-8 text ({what})") from None
    except (ValueError, RecursionError):
        raise BadInput(f"{path.name}: is not valid JSON ({what})") from None
    except OSError:
        raise BadInput(f"{path.name}: cannot be read ({what})") from None


def _start(gaz: Gazetteer, roles: Roles, choice: str, audience: str, style: str, seed: str) -> None:
    engine = Engine(gaz, roles, ner=language_model.load(choice))
    engine.deidentify(from_json({"id": "0", "text": "warm"}), audience=audience)
    _ENGINE[:] = [(engine, audience, style, seed)]


def _work(chunk: list[tuple[int, Any]]) -> tuple[list[str], int, float, tuple[int, str] | None, str]:
    """Return the lines of one chunk, its characters and seconds, and the first problem as line and message."""
    engine, audience, style, seed = _ENGINE[0]
    lines: list[str] = []
    chars, seconds = 0, 0.0
    for number, row in chunk:
        try:
            narrative = from_json(row)
        except BadInput as error:
            return lines, chars, seconds, (number, str(error)), engine.ner_name
        began = time.perf_counter()
        result = engine.deidentify(narrative, audience=audience, style=style, seed=seed)
        seconds += time.perf_counter() - began
        chars += len(narrative.text)
        lines.append(dumps(result))
    return lines, chars, seconds, None, engine.ner_name


def _chunks(rows: Iterable[tuple[int, Any]], name: str) -> Iterator[list[tuple[int, Any]]]:
    seen: set[str] = set()

    def once() -> Iterator[tuple[int, Any]]:
        for number, row in rows:
            if isinstance(row, dict) and row.get("id") is not None:
                who = str(row["id"])
                if who in seen:
                    raise BadInput(
                        f"{name}, line {number}, field id: stands twice in the file; each id must be its own"
                    )
                seen.add(who)
            yield number, row

    source = once()
    while chunk := list(islice(source, CHUNK)):
        yield chunk


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
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """De-identify every narrative of the file, write the result beside and rename it, return the stats; `BadInput` leaves no file."""
    source, target = Path(in_path), Path(out_path)
    for name, value, known in (
        ("audience", audience, AUDIENCES),
        ("style", style, STYLES),
        ("ner", ner, ("auto", "none", "spacy")),
    ):
        if value not in known:
            raise BadInput(f"option {name}: must be one of {', '.join(known)}")
    gaz = (
        gazetteer
        if isinstance(gazetteer, Gazetteer)
        else gazetteer_from_json(_load_json(Path(gazetteer), "gazetteer"))
        if gazetteer
        else Gazetteer()
    )
    posts = (
        roles
        if isinstance(roles, Roles)
        else roles_from_json(_load_json(Path(roles), "roles"))
        if roles
        else Roles()
    )
    total = {"documents": 0, "chars": 0, "seconds": 0.0, "ner": "none"}
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _start(gaz, posts, ner, audience, style, seed)
    except ValueError as error:
        raise BadInput(f"option ner: {error}") from None
    try:
        with half.open("w", encoding="utf-8", newline="\n") as out:
            for lines, chars, seconds, problem, model in _run(
                _chunks(_rows(source), source.name), jobs, (gaz, posts, ner, audience, style, seed)
            ):
                if problem:
                    raise BadInput(f"{source.name}, line {problem[0]}, {problem[1]}")
                out.writelines(line + "\n" for line in lines)
                total["documents"] += len(lines)  # type: ignore[operator]
                total["chars"] += chars  # type: ignore[operator]
                total["seconds"] += seconds  # type: ignore[operator]
                total["ner"] = model
                if progress:
                    progress(len(lines))
            total["seconds"] = total["seconds"] / max(1, jobs)  # type: ignore[operator]
            out.flush()
            os.fsync(out.fileno())
        os.replace(half, target)
    except OSError as error:
        raise BadInput(f"{target.name}: cannot be written ({error.strerror or 'system error'})") from None
    finally:
        half.unlink(missing_ok=True)
    if stats:
        _write(Path(stats), json.dumps(total))
    return total


def _run(
    chunks: Iterator[list[tuple[int, Any]]], jobs: int, setup: tuple[Any, ...]
) -> Iterator[tuple[list[str], int, float, tuple[int, str] | None, str]]:
    if jobs <= 1:
        yield from map(_work, chunks)
        return
    start = "spawn"  # workers build their own engine: safe beside threads, the same on every system
    waiting = threading.BoundedSemaphore(jobs * 8)  # so that a large file is not read ahead into memory

    def few() -> Iterator[list[tuple[int, Any]]]:
        for chunk in chunks:
            waiting.acquire()
            yield chunk

    with multiprocessing.get_context(start).Pool(jobs, _start, setup) as pool:
        for done in pool.imap(_work, few()):
            waiting.release()
            yield done


def _write(path: Path, text: str) -> None:
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        half.write_text(text, encoding="utf-8")
        os.replace(half, path)
    except OSError as error:
        raise BadInput(f"{path.name}: cannot be written ({error.strerror or 'system error'})") from None
    finally:
        half.unlink(missing_ok=True)
