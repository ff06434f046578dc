"""The faults that this version answers for, each with tests that exist."""

import csv
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_fault_of_the_catalogue_names_tests_that_exist():
    with (ROOT / "tests/faults/catalogue.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    wrong = []
    for row in rows:
        for test in row["test_ids"].split():
            path, _, name = test.partition("::")
            source = ROOT / path
            if not source.exists() or (name and not re.search(rf"def {name}\b", source.read_text())):
                wrong.append(f"{row['id']}: {test}")
    assert wrong == []
    assert len(rows) >= 11
