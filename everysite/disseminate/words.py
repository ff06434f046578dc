"""Fixed words of messages that no person writes: a withdrawal, and a word to whoever answers for a site. Pure."""

import html

from everysite.base.mail import SUBJECT_LIMIT


def _subject(mark: str, title: str) -> str:
    text = f"[{mark}] {title}"
    return text if len(text) <= SUBJECT_LIMIT else text[: SUBJECT_LIMIT - 1].rstrip() + "…"


def _words(mark: str, title: str, lines: list[str]) -> dict[str, str]:
    body = [line.replace("[title]", title) for line in lines]
    return {
        "subject": _subject(mark, title),
        "html": '<!doctype html><html lang="en"><body>'
        + "".join(f"<p>{html.escape(b)}</p>" for b in body)
        + "</body></html>",
        "text": "\n\n".join(body) + "\n",
    }


def recall(title: str) -> dict[str, str]:
    """Return the words that tell somebody a learning was withdrawn; the reason stands on the page."""
    return _words(
        "Withdrawn",
        title,
        [
            "[[greeting]],",
            "We sent you “[title]”. It has been withdrawn. Please do not use it any more.",
            "See why, and what to do instead: [[link]]",
            "Reference [[reference]]",
        ],
    )


def escalation(title: str) -> dict[str, str]:
    """Return the words that tell whoever answers for a site that people there did not know in time."""
    return _words(
        "Not everyone knows",
        title,
        [
            "[[greeting]],",
            "The day by which people had to know “[title]” has passed. Some people have not confirmed yet.",
            "See who they are and what could help: [[link]]",
            "Reference [[reference]]",
        ],
    )
