import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.network import rules

HEADER = "role,relation,action,kind,state,allow,why\n"


def test_the_shipped_table_loads_and_every_role_can_do_something():
    assert {cell[0] for cell in rules.table().yes} == set(rules.ROLES)


def test_an_unknown_name_is_refused_with_its_line():
    with pytest.raises(rules.TableFault, match="line 2: unknown name 'nurse'"):
        rules.load((HEADER + "nurse,own,read,due,*,yes,because\n").splitlines())


def test_a_row_that_changes_nothing_is_refused():
    text = HEADER + "reporter,own,read,due,*,yes,own list\nreporter,own,read,due,open,yes,again\n"
    with pytest.raises(rules.TableFault, match="changes nothing"):
        rules.load(text.splitlines())


def test_a_veto_of_one_role_wins_over_the_yes_of_another():
    assert rules.may([("quality", "same_site")], "read", "original", "triaged")
    assert not rules.may(
        [("quality", "same_site"), ("sysadmin", "other_site")], "read", "original", "triaged"
    )


@given(st.sampled_from(rules.ROLES), st.sampled_from(rules.RELATIONS), st.sampled_from(rules.ACTIONS))
def test_only_seven_roles_can_ever_read_an_original(role, relation, action):
    allowed = any(
        rules.allow(role, relation, "read", "original", state) for state in rules.STATES["original"]
    )
    readers = {"patient", "reporter", "author", "reviewer", "site_lead", "quality", "executive"}
    assert not allowed or role in readers


def test_a_system_administrator_may_hold_no_other_role():
    assert rules.conflict(["sysadmin", "reporter"]) is not None
    assert rules.conflict(["quality", "reporter"]) is None
