"""Manuscript skeleton in the 18 parts of SQUIRE 2.0: facts by rule, all prose by the authors."""

from everysite.tailor.audiences import board, parts
from everysite.tailor.document import Field, Material, Template


def _title(material: Material) -> str:
    return material.lesson.title


def _problem(material: Material) -> str:
    return material.lesson.what_happened


def _rationale(material: Material) -> tuple[str, ...]:
    return parts.factors(material)


def _known(material: Material) -> str:
    return parts.readiness(material.lesson)


def _context(material: Material) -> str:
    lesson = material.lesson
    sites = f"{lesson.figures.sites} sites." if lesson.figures else ""
    return " ".join(
        part for part in (f"{lesson.network_name}.", sites, parts.sentence(lesson.applies_where)) if part
    )


def _measures(material: Material) -> tuple[str, ...]:
    return tuple(parts.sentence(item) for item in material.lesson.measures)


def _results(material: Material) -> tuple[str, ...]:
    return (*board.spread(material), *board.done(material), *board.verdicts(material))


def _limits(material: Material) -> tuple[str, ...]:
    _ = material
    return (
        "A single network.",
        "Sites say themselves what is done; only checks by another site are apart from that.",
        "Change over time for other reasons.",
        "How often the test is fooled (placebo rate).",
    )


TEMPLATE = Template(
    code="researchers",
    version=1,
    title="Manuscript draft (SQUIRE 2.0)",
    audience="researchers",
    fields=(
        Field("title", "1. Title", "S", "Say that it is about improvement.", _title),
        Field("abstract", "2. Abstract", "P", "Background, problem, methods, interventions, results, conclusions.",
              most_words=300, about=("lesson", "figures")),
        Field("problem", "3. Problem description", "S", "The safe text.", _problem),
        Field("knowledge", "4. Available knowledge", "S", "How much evidence so far; add the literature.", _known),
        Field("rationale", "5. Rationale", "S", "Contributory factors; add the theory.", _rationale, required=False),
        Field("aims", "6. Specific aims", "P", "What the work set out to do.", about=("lesson",)),
        Field("context", "7. Context", "S", "Sites and services; add what they mean.", _context),
        Field("interventions", "8. Intervention(s)", "S", "Actions with strength and dates; add reasons.",
              parts.actions_with_strength, required=False, place="actions"),
        Field("study", "9. Study of the intervention(s)", "P", "Start at each site, and how the order was chosen."),
        Field("measures", "10. Measures", "S", "Definitions from the record.", _measures, required=False),
        Field("analysis", "11. Analysis", "P", "Chart rules used and the placebo rate."),
        Field("ethics", "12. Ethical considerations", "P", "The ethics statement."),
        Field("results", "13. Results", "S", "Reach, actions and verdicts; add prose.", _results, required=False),
        Field("summary", "14. Summary", "P", "Key findings.", about=("figures",)),
        Field("interpretation", "15. Interpretation", "P", "What the findings mean.", about=("figures",)),
        Field("limitations", "16. Limitations", "S", "Prompts; write them out.", _limits),
        Field("conclusions", "17. Conclusions", "P", "Usefulness, and next steps.", about=("lesson", "figures")),
        Field("funding", "18. Funding", "P", "Who paid."),
    ),
    checks=("LN", "BL", "EM"),
    most_pages=20,
)  # fmt: skip
