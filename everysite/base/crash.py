"""Labelled points at which a test may kill the process, so that every half-way state has been seen."""

import os
import signal
import time

SEEN: dict[str, int] = {}


class Crash(BaseException):
    """Raised at a crash point in `raise` mode; not an Exception, so no handler swallows it."""


def crashpoint(label: str) -> None:
    """Do nothing, unless a test asked this process to die, raise, hang or stop at this label.

    EVERYSITE_CRASH=label[:nth][:kill|raise|hang|stop], obeyed only with EVERYSITE_TESTING=1.
    """
    if os.environ.get("EVERYSITE_TESTING") != "1":
        return
    wish = os.environ.get("EVERYSITE_CRASH", "")
    wanted, _, rest = wish.partition(":")
    if wanted != label:
        return
    nth, _, mode = rest.partition(":")
    if nth and not nth.isdigit():
        nth, mode = "", nth
    SEEN[label] = SEEN.get(label, 0) + 1
    if SEEN[label] != int(nth or 1):
        return
    _die(label, mode or "kill")


def _die(label: str, mode: str) -> None:
    if mode == "raise":
        raise Crash(label)
    if mode == "hang":
        time.sleep(3600)
    os.kill(os.getpid(), signal.SIGSTOP if mode == "stop" else signal.SIGKILL)
