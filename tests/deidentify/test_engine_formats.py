"""Identifiers, dates, ages and addresses in the many shapes in which people write them."""

import pytest

from everysite.deidentify.engine.numbers import nhs_valid
from tests.deidentify.marked import dev_engine, lines, plain_engine, problems

PLAIN = plain_engine()
DEV = dev_engine()


@pytest.mark.parametrize("line", lines("formats.txt"))
def test_an_identifier_is_found_in_every_shape_and_a_dose_is_not_one(line: str) -> None:
    assert problems(PLAIN, line) == []


@pytest.mark.parametrize("line", lines("naming.txt"))
def test_names_nobody_declared_are_found_and_words_are_left(line: str) -> None:
    assert problems(DEV, line) == []


@pytest.mark.parametrize(
    ("number", "good"),
    [
        ("4010232137", True),
        ("9434765919", True),
        ("9434765918", False),
        ("943476591", False),
        ("943476591x", False),
    ],
)
def test_the_nhs_check_digit_is_worked_out_as_published(number: str, good: bool) -> None:
    assert nhs_valid(number) is good
