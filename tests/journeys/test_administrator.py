"""The administrator brings in a staff list with dirt in it, decides, looks at the result, and takes it back."""

from collections.abc import Callable

from everysite.network.models import ImportFile, Person
from tests.journeys.conftest import Visitor
from tests.world import World

PEOPLE = (
    "person_id,name,site_code,team_code,email,start_date,shoe size\n"
    "N1,Zoë O'Dell-Ñuñez,EQG,EQG-04,zoe@brackenvale.example,2026-02-01,38\n"
    "N2,,EQG,EQG-04,,,\n"
    "N3,Piran Oldacre,FCH,,not an address,31/02/2026,\n"
    "N4,Ottoline Pask,Eastquay General Hospitall,,ottoline@brackenvale.example,,\n"
    "N1,Zoë O'Dell-Ñuñez,EQG,EQG-04,zoe@brackenvale.example,2026-02-01,38\n"
)


def test_a_dirty_staff_list_is_read_decided_brought_in_and_taken_back(
    world: World, visitor: Callable[..., Visitor]
) -> None:
    # given the page where a file is chosen
    before = Person.objects.count()
    sam = visitor("Sam").go("/setup/").go("/setup/import/").follow("Choose a file", nth=1)
    # when no file is chosen, then the form says so
    sam.press("Read the file").says("Choose a file")
    # when the file is read, then nothing has changed and each fault is listed
    sam.page.locator('main [name="file"]').set_input_files(
        {"name": "staff.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode("cp1252")}
    )
    sam.choose("everyone", "some").press("Read the file")
    sam.says("Nothing has been changed yet", "What we found in the file", "Not used")
    assert Person.objects.count() == before
    # when the doubtful rows are looked at and decided, then the good rows come in
    here = sam.page.url.removeprefix(sam.home)
    links = sam.page.locator("a", has_text="Look at each")
    for address in [links.nth(n).get_attribute("href") or "" for n in range(links.count())]:
        sam.go(address)
    sam.go(here)
    while sam.page.get_by_role("button", name="Accept all").count():
        sam.press("Accept all", exact=False)
    sam.press("Bring in", exact=False)
    assert Person.objects.get(reference="N1").name == "Zoë O'Dell-Ñuñez"
    assert not Person.objects.filter(reference="N2").exists()
    # when it is taken back, then the list is as it was
    sam.press("Take this file back")
    assert not Person.objects.filter(reference__in=["N1", "N3", "N4"], ends_on=None).exists()
    assert ImportFile.objects.get().undone_at is not None
