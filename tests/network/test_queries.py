from everysite.network import queries


def test_every_staff_account_is_a_reporter_of_its_own_site(world):
    jo = world.viewer("Jo")
    assert [s.role for s in jo.standings] == ["reporter", "public"]
    assert jo.sites_as("reporter") == {world.sites["OGH"].pk}


def test_a_system_administrator_is_not_a_reporter(world):
    assert not world.viewer("Sam").holds("reporter")


def test_somebody_who_has_left_holds_nothing(world):
    jo = world.person("Jo")
    jo.ends_on = world.viewer("Sam").today
    jo.save()
    assert [s.role for s in world.viewer("Jo").standings] == ["public"]


def test_staff_see_the_directory_of_every_site(world):
    assert world.person("Yusuf") in queries.people(world.viewer("Jo"))


def test_the_public_sees_nobody(world):
    assert not queries.people(queries.viewer("", world.viewer("Jo").today)).exists()


def test_somebody_without_a_site_sees_every_site(world):
    """An empty predicate means every row, also beside another one."""
    assert set(queries.sites(world.viewer("Morwenna")).values_list("code", flat=True)) == set(world.sites)
