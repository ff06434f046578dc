"""The engine: finders in order of precedence, then replacements, then what is left."""

import re
from dataclasses import replace
from functools import lru_cache

from . import (
    addresses,
    ages,
    codes,
    contacts,
    dates,
    days,
    fields,
    form_names,
    gazetteer,
    homes,
    jobs,
    names,
    numbers,
    places,
    propagate,
    sign_offs,
    tables,
    whereabouts,
    years,
)
from .blame import blame
from .claims import Claims
from .document import Document
from .flow import Flow
from .fold import key
from .narrative import AUDIENCES, DIRECT, STYLES, Gazetteer, Narrative, Result, Roles, Span
from .ner import Recogniser
from .replace import Replacer
from .risk import residual_risk
from .version import VERSION, rules_sha256

# An age as wide as we make it ("46 to 65"): in a safe text it is an answer, not a finding.
WIDE_AGE = re.compile(r"\b\d{1,3} ?(?:to|and|or|-|–) ?\d{1,3}\b")
BRACKETED = re.compile(r"\[[^\[\]\n]{0,40}(?:redacted|removed|deleted|withheld)[^\[\]\n]{0,40}\]")
SURROGATES = re.compile(
    r"\b(?:Patient|Nurse|Doctor|Relative|Person|Someone|Human|Visitor|Staff member|Midwife|Porter|Pharmacist|Physiotherapist|Paramedic|Support worker|Carer|Therapist|Radiographer|Dietitian|Chaplain|Police officer|"
    r"Councillor|Receptionist|Manager|Student|Secretary|Clerk|Coroner|Technician|Coordinator|Interpreter|Optician|Theatre practitioner) [A-Z]{1,2}\b"
)


class Engine:
    """One network's lists, compiled once and used for every narrative; holds no text."""

    def __init__(
        self, gaz: Gazetteer, roles: Roles, *, ner: Recogniser | None = None, clock_times: str = "audience"
    ) -> None:
        """Compile the lists; `clock_times="remove"` takes clock times out for every audience."""
        if clock_times not in ("audience", "remove"):
            raise ValueError("clock_times is either audience or remove")
        self.gazetteer, self.roles, self.ner = gaz, roles, ner
        self.clock_times = clock_times
        self.places = gazetteer.Places(gaz, roles)
        self.patterns = tuple(re.compile(p) for p in gaz.hospital_number_patterns)
        self.staff = frozenset(key(w) for name in gaz.staff for w in name.split())

    @property
    def ner_name(self) -> str:
        """Return the name of the language model in use, or none."""
        return self.ner.name if self.ner else "none"

    def find(self, narrative: Narrative, *, audience: str = "network") -> tuple[Document, Claims]:
        """Return the document and the spans found in it, before replacing."""
        doc = Document(narrative.text)
        claims = Claims(narrative.text)
        if not narrative.text:
            return doc, claims
        redacted = [(m.start(), m.end()) for m in BRACKETED.finditer(doc.folded)]
        text, folded = doc.text, doc.folded
        claims.put_all(contacts.find(text, folded))
        claims.put_all(gazetteer.exact(doc, narrative.identifiers, "OTHER_ID", "identifier"))
        claims.put_all(form_names.find(doc, form_names.build(narrative.involved)))
        claims.put_all(gazetteer.exact(doc, narrative.places, "LOCATION", "identifier"))
        found = self.places.find(doc)
        claims.put_all(s for s in found if s.label == "ROLE")
        claims.put_all(s for s in found if s.label != "ROLE")
        claims.put_all(addresses.find(doc))
        claims.put_all(dates.find(text, folded, doc.vocabulary))
        for span in numbers.find(text, folded, self.patterns, doc.vocabulary):
            claims.put(span)
        claims.put_all(ages.find(text, folded, doc.vocabulary))
        claims.put_all(jobs.find(text, folded, doc.vocabulary))
        claims.put_all(names.labelled(doc))
        claims.put_all(fields.find(doc))
        claims.put_all(places.find(doc, claims.taken))
        claims.put_all(names.Finder(doc, claims.taken, self.staff).run())
        claims.put_all(sign_offs.Endings(doc, claims.taken).find())
        for _ in range(2):
            more = propagate.names(doc, claims)
            claims.put_all(more)
            if not more:
                break
        ends = [s.end for s in claims.sorted() if s.label == "PERSON"]
        claims.put_all(numbers.after_names(folded, ends))
        claims.put_all(ages.after_names(folded, ends))
        claims.put_all(codes.find(doc, claims.taken))
        claims.put_all(homes.find(doc, claims.taken))
        claims.put_all(tables.find(doc, claims))
        claims.put_all(days.find(folded, claims.taken))
        claims.put_all(years.find(doc, claims))
        claims.put_all(whereabouts.find(doc, claims.taken))
        claims.put_all(years.again(doc, claims))
        if self.ner:
            claims.put_all(self.ner.find(doc, claims))
        if audience == "public" or self.clock_times == "remove":
            claims.put_all(s for s in dates.clock_times(folded) if claims.free(s.start, s.end))
        for start, end in redacted:
            for span in claims.over(start, end):
                if span.tier == "check" or span.label not in DIRECT:
                    claims._drop(span)
        return doc, claims

    def deidentify(
        self, narrative: Narrative, *, audience: str = "network", style: str = "roles", seed: str = ""
    ) -> Result:
        """Return the draft for one narrative: same input, version and options give the same bytes."""
        if audience not in AUDIENCES:
            raise ValueError(f"audience is one of {', '.join(AUDIENCES)}")
        if style not in STYLES:
            raise ValueError(f"style is one of {', '.join(STYLES)}")
        flow = Flow(narrative.text)
        read = replace(narrative, text=flow.text)
        doc, claims = self.find(read, audience=audience)
        replacer = Replacer(doc, read, audience, style, seed, self.staff)
        replacer.narrative_times = self.clock_times == "remove"
        spans = flow.restore(replacer.run(claims))
        safe = swap(narrative.text, spans)
        risk = residual_risk(safe, audience=audience, context=narrative.context)
        return Result(
            narrative.id,
            safe,
            audience,
            tuple(spans),
            risk,
            blame(safe),
            VERSION,
            rules_sha256(),
            self.ner_name,
        )

    def rescan(
        self, safe_text: str, *, narrative: Narrative | None = None, audience: str = "network"
    ) -> tuple[Span, ...]:
        """Return what the finders still find in a safe text; a release with any of these is not ready."""
        hidden = SURROGATES.sub(lambda m: "x" * len(m.group()), safe_text)
        form = narrative or Narrative("", "")
        flow = Flow(hidden)
        again = replace(form, text=flow.text)
        doc, claims = self.find(again, audience=audience)
        left = flow.restore(Replacer(doc, again, audience, "roles", "", self.staff).run(claims))
        for span in left:
            span.text = safe_text[span.start : span.end]
        wide = [m.span() for m in WIDE_AGE.finditer(safe_text)]
        return tuple(
            s
            for s in left
            if s.action != "keep"
            and s.replacement != s.text
            and not (s.label == "AGE" and any(a <= s.start < b for a, b in wide))
        )


def swap(text: str, spans: list[Span]) -> str:
    """Return the text with each span swapped for its replacement."""
    out, at = [], 0
    for span in spans:
        out += [text[at : span.start], span.replacement]
        at = span.end
    return "".join(out) + text[at:]


@lru_cache(maxsize=8)
def engine(gaz: Gazetteer, roles: Roles, ner: Recogniser | None = None) -> Engine:
    """Return the compiled engine for the lists, built once for each."""
    return Engine(gaz, roles, ner=ner)


def deidentify(
    narrative: Narrative,
    *,
    gazetteer: Gazetteer | None = None,
    roles: Roles | None = None,
    audience: str = "network",
    style: str = "roles",
    seed: str = "",
    ner: Recogniser | None = None,
) -> Result:
    """Return the draft for one narrative."""
    return engine(gazetteer or Gazetteer(), roles or Roles(), ner).deidentify(
        narrative, audience=audience, style=style, seed=seed
    )


def rescan(
    safe_text: str,
    *,
    gazetteer: Gazetteer | None = None,
    roles: Roles | None = None,
    narrative: Narrative | None = None,
    audience: str = "network",
) -> tuple[Span, ...]:
    """Return what the finders still find in a safe text."""
    return engine(gazetteer or Gazetteer(), roles or Roles()).rescan(
        safe_text, narrative=narrative, audience=audience
    )
