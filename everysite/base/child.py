"""Run one parser on one file in a process that can do nothing else; a crash there is a refusal here."""

import importlib
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from everysite.base.problems import FileProblem

MEMORY = 512 * 1024 * 1024  # bytes of address space
SECONDS = 60  # of processor time; the clock on the wall gets half as much again
ANSWER = 40_000_000  # bytes of JSON at most
_ROOT = str(Path(__file__).resolve().parents[2])
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.remove",
    "os.rename",
)
_START = "import sys; sys.path[:] = sys.argv[3].split('\\n'); from everysite.base.child import main; main()"


def run(target: str, content: bytes, *, file: str, seconds: int = SECONDS, memory: int = MEMORY) -> object:
    """Call `target` ("package.module:function", bytes in, JSON values out) on content; raise FileProblem otherwise."""
    crash = FileProblem(
        "The file could not be read safely.",
        "Save it again with another program, or type the text into the form.",
        file=file,
        code="crash",
    )
    paths = "\n".join(dict.fromkeys([_ROOT, *(path for path in sys.path if path)]))
    limits = f"{seconds},{memory}"
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", "-c", _START, target, limits, paths],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a parser's complaint may quote the file
            timeout=seconds * 1.5,
            env={"PATH": os.defpath},  # no settings, no keys, no database
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileProblem(
            "The file takes too long to read.",
            "Save it again with another program, or type the text into the form.",
            file=file,
            code="too_slow",
        ) from None
    except OSError:
        raise crash from None
    if done.returncode != 0 or len(done.stdout) > ANSWER:
        raise crash
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise crash from None
    if not isinstance(answer, dict):
        raise crash
    if refusal := answer.get("refusal"):
        raise FileProblem(
            refusal["problem"], refusal["how_to_mend"], file=file, line=refusal["line"], code=refusal["code"]
        )
    return answer.get("result")


def _refuse_the_rest(event: str, arguments: tuple[object, ...]) -> None:
    """Stop the parser from reaching the network, other programs or files it could change."""
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)
    if event == "open" and len(arguments) > 2:
        flags = arguments[2]
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise PermissionError(event)


def main() -> None:
    """Be the child: bind the limits, read the file from standard input, answer in JSON."""
    target, limits = sys.argv[1], sys.argv[2]
    seconds, memory = (int(number) for number in limits.split(","))
    out = os.fdopen(os.dup(1), "wb")
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - a parser that prints must not answer
    module, _, name = target.partition(":")
    function = getattr(importlib.import_module(module), name)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    sys.addaudithook(_refuse_the_rest)
    try:
        answer = {"result": function(content)}
    except FileProblem as problem:
        answer = {"refusal": problem.as_dict()}
    except BaseException:  # the text of an unknown error may quote the file, so only its existence leaves
        os._exit(4)
    out.write(json.dumps(answer).encode())
    out.flush()
    os._exit(0)
