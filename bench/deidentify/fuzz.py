"""Feeds the de-identification engine with what a coverage-guided fuzzer invents, and checks what must always hold.

    python bench/deidentify/fuzz.py [--seconds N] [--out FOLDER] [--stop]

Needs `atheris` (and the engine's one dependency, pyahocorasick). Every input must give exact, sorted, separate spans and a safe
text that is the source with each span swapped; no name of the form may be left; looking again must never fail. Each distinct
failure is written to FOLDER once, with the bytes that caused it; with --stop the first one ends the run.
"""

import argparse
import json
import random
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import atheris  # noqa: E402

with atheris.instrument_imports(include=["everysite.deidentify.engine"]):
    from everysite.deidentify.engine import (
        AUDIENCES,
        LABELS,
        Context,
        Engine,
        Gazetteer,
        Involved,
        Narrative,
        Result,
        Roles,
        dumps,
    )
    from everysite.deidentify.engine.fold import UNSEEN, fold

ENGINE = Engine(
    Gazetteer(
        domain="example.nhs.uk",
        org=("Big River Trust",),
        site=("St Mary's Hospital", "Quayside"),
        ward=("Ward 7B", "Rowan"),
        service=("Night Sitters",),
        staff=("Zelda Quorn",),
    ),
    Roles(("Caldicott Guardian",)),
)
PEOPLE = (
    Involved("Oonagh Trevanion-Blythe", "patient", ("Noni",)),
    Involved("Dr Zbigniew van der Quillfeather", "staff"),
    Involved("VANTERPOOL, Ekaterina", "relative", relation="daughter"),
)
KEPT = ("trevanion", "quillfeather", "zbigniew", "vanterpool", "ekaterina", "oonagh", "trevanion-blythe")
LEFT = re.compile(rf"(?<![^\W_])(?:{'|'.join(KEPT)})(?![^\W_])")
HIDDEN = re.compile(f"[{UNSEEN}]")
PIECES = (
    *"0123456789",
    *" .,;:!?()[]/-'\"@&#+_<>|\n\t",
    *"ABMSOabmsoi",
    *("Dr ", "Mr", "Mrs ", "Nurse ", "Sister ", "pt ", "Patient ", "wife ", "son of ", "HCA ", "S/N ", "PC "),
    *(
        "Oonagh",
        "Trevanion",
        "Blythe",
        "Zbigniew",
        "van der",
        "Quillfeather",
        "VANTERPOOL",
        "ekaterina",
        "Noni",
    ),
    *("trevanion", "QUILLFEATHER", "OTB", "O.T.", "Oonagh's ", "Trevannion", "Ekatarina"),
    *(
        "Mary ",
        "Smith",
        "Hope ",
        "will ",
        "May ",
        "Mark ",
        "Grace ",
        "Bell",
        "Price",
        "Singh",
        "Nguyen",
        "Adebayo",
    ),
    *(
        "Parkinson",
        "Crohn's ",
        "disease",
        " sign",
        "Smith & Nephew",
        "Foley",
        "Doppler",
        "Down",
        "amoxicillin ",
    ),
    *(
        "NHS ",
        "943 476 5919",
        "hospital no ",
        "MRN",
        "W0012345",
        "GMC ",
        "7012345",
        "NMC ",
        "98I1234E",
        "bleep ",
    ),
    *(
        "tel ",
        "07700 900123",
        "+44",
        "(0)",
        "ext ",
        "@",
        "nhs.net",
        "(at)",
        "(dot)",
        "dot ",
        "www.",
        "https://",
    ),
    *("12 ", "Mill ", "Lane", "Flat 3, ", "lives at ", "LE1 7RH", "Rose Cottage", "The ", "Road", "St "),
    *(
        "12/03/2025",
        "3rd ",
        "May",
        "Monday ",
        "1st",
        "of ",
        "on ",
        "2025",
        "'25",
        "born ",
        "DOB ",
        "Christmas Day",
    ),
    *(
        "aged ",
        "81F",
        "year",
        "old",
        "yo",
        "3/7",
        "months ",
        "day ",
        "stay ",
        "BP ",
        "mg ",
        "05:30",
        "2pm",
        "hrs",
    ),
    *(
        "Ward 7B",
        "Rowan",
        "St Mary's Hospital",
        "hospital",
        "the only ",
        "director of ",
        "Caldicott Guardian",
    ),
    *(
        " said ",
        "rang ",
        "signed ",
        "From: ",
        "Name: ",
        "and ",
        "with ",
        "told ",
        "was ",
        "[REDACTED]",
        "failed to ",
    ),
    *(
        "\u0301",
        "\u200b",
        "\u202e",
        "\x00",
        "\ud800",
        "İ",
        "ß",
        "ﬁ",
        "٣",
        "²",
        "𝟗",
        "😀",
        "\u00a0",
        "\u2028",
        "\x85",
    ),
    *("’s ", "“", "–", "é", "Ł", "Ж", "ا", "名", "ﾞ", "ǅ", "ŉ", "ʼ", "\r\n", "</td>", "&amp;", "ſ", "Ａ"),
)
SEEDS = (
    "Dr Zbigniew van der Quillfeather (bleep 2217) saw Oonagh Trevanion-Blythe, 81F, NHS 943 476 5919, on Ward 7B on 12/03/2025.",
    "From: Mary Smith\nTo: Ekaterina Vanterpool <e.vanterpool@example.nhs.uk>\nHer son lives at Flat 3, 12 Mill Lane, LE1 7RH.",
    "pt oonagh has parkinson's disease and was given 5/7 of amoxicillin; the caldicott guardian rang 07700 900123 on the 4th.",
    "TREVANION, Oonagh; QUILLFEATHER Z; A.B. said the blood pressure was 110/05. Born 1951, aged 3 months, day 4 of life.",
)


def text_of(data: bytes) -> tuple[str, str, str]:
    """Return the text, the audience and the style that the bytes stand for."""
    head, body = (data[0], data[1:]) if data else (0, b"")
    audience, style = AUDIENCES[head % 5], "names" if head & 8 else "roles"
    if head & 128:
        return "".join(PIECES[b % len(PIECES)] for b in body), audience, style
    return body.decode("utf-8", "surrogatepass" if head & 64 else "replace"), audience, style


def broken(text: str, result: Result) -> str:
    """Return what does not hold for a result, or nothing."""
    at, built = 0, []
    for span in result.spans:
        if not at <= span.start < span.end <= len(text):
            return "spans overlap, are empty or out of order"
        if text[span.start : span.end] != span.text:
            return "a span is not the text it says"
        if span.label not in LABELS or span.tier not in ("sure", "check"):
            return "an unknown label or tier"
        if span.action == "keep" and (span.label not in ("DATE", "AGE") or span.replacement != span.text):
            return "something else than a date or an age was kept"
        built += [text[at : span.start], span.replacement]
        at = span.end
    if "".join(built) + text[at:] != result.safe_text:
        return "the safe text is not the source with the spans swapped"
    if LEFT.search(HIDDEN.sub("", fold(result.safe_text))):
        return "a name of the form is left"
    return ""


class Campaign:
    """One run: what was tried, what failed, and how long the slowest took."""

    def __init__(self, out: Path, stop: bool) -> None:
        """Start with nothing tried."""
        self.out, self.stop = out, stop
        self.tried, self.found, self.slowest = 0, Counter[str](), 0.0
        self.began = time.monotonic()

    def one(self, data: bytes) -> None:
        """Try one input."""
        self.tried += 1
        try:
            text, audience, style = text_of(data)
        except UnicodeDecodeError:
            return
        narrative = Narrative(
            "x", text, PEOPLE, identifiers=("W0012345",), places=("Rose Cottage",), context=Context()
        )
        began = time.process_time()
        try:
            result = ENGINE.deidentify(narrative, audience=audience, style=style, seed="s")
            wrong = broken(text, result)
            dumps(result).encode("utf-8")
            ENGINE.rescan(result.safe_text, narrative=narrative, audience=audience)
        except Exception as e:
            where = traceback.extract_tb(e.__traceback__)[-1]
            wrong = f"{type(e).__name__} at {Path(where.filename).name}:{where.lineno}"
            if self.stop:
                raise
        took = time.process_time() - began
        if took > self.slowest:
            self.slowest = took
        if not wrong and took > 0.5 + len(text) / 10_000:
            wrong = "slow"
        if wrong:
            self.found[wrong] += 1
            if self.found[wrong] == 1:
                name = re.sub(r"\W+", "_", wrong)
                (self.out / f"{name}.bin").write_bytes(data)
                print(f"FOUND {wrong}: {text[:300]!r}", flush=True)
            if self.stop:
                raise AssertionError(wrong)

    def report(self) -> str:
        """Return the figures of the run in one line of JSON."""
        return json.dumps(
            {
                "inputs": self.tried,
                "seconds": round(time.monotonic() - self.began),
                "slowest_s": round(self.slowest, 2),
                "failures": self.found,
            }
        )


def main() -> None:
    """Run a campaign."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--stop", action="store_true")
    asked = parser.parse_args()
    out = asked.out or Path(tempfile.mkdtemp())
    corpus = out / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    draw = random.Random(7)
    for number, seed in enumerate(SEEDS):
        (corpus / f"words{number}").write_bytes(b"\x40" + seed.encode())
        (corpus / f"pieces{number}").write_bytes(b"\x80" + draw.randbytes(60))
    campaign = Campaign(out, asked.stop)
    end = campaign.began + asked.seconds

    def one(data: bytes) -> None:
        campaign.one(data)
        if campaign.tried % 1000 == 0 or time.monotonic() >= end:
            (out / "report.json").write_text(campaign.report() + "\n", encoding="utf-8")

    options = [
        f"-max_total_time={asked.seconds}",
        "-max_len=1200",
        "-timeout=30",
        "-rss_limit_mb=3000",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], str(corpus), f"-artifact_prefix={out}/", *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
