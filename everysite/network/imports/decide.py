"""What a person decides about the questions of an offered staff file, before it is applied."""

from datetime import datetime

from django.db import transaction

from everysite.base import ledger
from everysite.network.imports.apply import ImportRefused
from everysite.network.models import ImportChange, ImportFile

KINDS = ("same_person", "closed_site", "unknown_site")


@transaction.atomic
def decide(
    *, file: ImportFile, kind: str, accept: bool, by: str, at: datetime, people: list[str] | None = None
) -> int:
    """Accept or decline what the file's reader suggests for one kind of question; returns how many rows.

    same_person: the later row joins the earlier one and its team becomes a second team. closed_site and
    unknown_site: the person goes to the suggested site. A second decision of the same kind changes nothing.
    """
    file = ImportFile.objects.select_for_update().get(pk=file.pk)
    if file.applied_at or file.stopped_at:
        raise ImportRefused("This file has been dealt with. Bring it in again to decide otherwise.")
    decided: dict[str, str] = dict(file.notes.get("decided", {}))
    done = 0
    for proposed, _line, person, other, suggestion in file.notes.get("proposals", []):
        key = f"{proposed}:{person}"
        if proposed != kind or key in decided or (people is not None and person not in people):
            continue
        decided[key] = "yes" if accept else "no"
        done += 1
        if accept and kind == "same_person":
            _join(file, person, other)
        elif accept and suggestion:
            _move(file, person, suggestion)
    new, changed = _count(file, "new"), _count(file, "changed")
    ImportFile.objects.filter(pk=file.pk).update(
        notes={**file.notes, "decided": decided},
        new=new,
        changed=changed,
        same=file.read - new - changed - file.refused,
    )
    if done:
        ledger.write(
            "import questions decided",
            kind="import",
            object_id=file.pk,
            by=by,
            at=at,
            question=kind,
            accepted=accept,
            rows=done,
        )
    return done


def _join(file: ImportFile, person: str, other: str) -> None:
    rows = ImportChange.objects.filter(file=file, key=person)
    made = rows.filter(kind="person").first()
    team = (made.after or {}).get("team") if made else ""
    kept = ImportChange.objects.filter(file=file, kind="person", key=other).first()
    rows.delete()
    if team and kept and (kept.after or {}).get("team") != team:
        ImportChange.objects.create(
            file=file,
            line=made.line if made else 0,
            kind="second_team",
            key=other,
            verb="new",
            after={"team": team},
        )


def _move(file: ImportFile, person: str, site: str) -> None:
    for change in ImportChange.objects.filter(file=file, kind="person", key=person):
        ImportChange.objects.filter(pk=change.pk).update(after={**(change.after or {}), "site": site})


def _count(file: ImportFile, verb: str) -> int:
    return ImportChange.objects.filter(file=file, kind__in=["person", "site"], verb=verb).count()
