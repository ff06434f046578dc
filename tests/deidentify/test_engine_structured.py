"""Numbers, addresses, dates, ages and places in shapes and with words beside them that no rule was written from."""

import pytest

from tests.deidentify.marked import lines, plain_engine, problems

PLAIN = plain_engine()


@pytest.mark.parametrize("line", lines("numbers_more.txt"))
def test_a_number_is_found_by_the_words_beside_it_or_by_its_shape(line: str) -> None:
    assert problems(PLAIN, line.replace("\\n", "\n")) == []


@pytest.mark.parametrize("line", lines("addresses_more.txt"))
def test_a_home_is_found_by_what_stands_beside_it(line: str) -> None:
    assert problems(PLAIN, line.replace("\\n", "\n")) == []


@pytest.mark.parametrize("line", lines("ages_more.txt"))
def test_an_age_is_found_by_the_person_or_sex_beside_it(line: str) -> None:
    assert problems(PLAIN, line) == []


@pytest.mark.parametrize("line", lines("tables_more.txt"))
def test_a_column_is_read_by_its_heading_or_its_cells(line: str) -> None:
    assert problems(PLAIN, line.replace("\\n", "\n").replace("\\t", "\t")) == []


@pytest.mark.parametrize("line", lines("dates_more.txt"))
def test_a_date_is_found_however_it_is_written(line: str) -> None:
    assert problems(PLAIN, line) == []


@pytest.mark.parametrize("line", lines("places_more.txt"))
def test_a_place_outside_the_network_is_found(line: str) -> None:
    assert problems(PLAIN, line) == []
