import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from everysite.base.models import LedgerLine
from everysite.network.models import Account, Grant, ImportFile, Network, Person, Session, Site

SITES = b"site_code,site_name,postcode\nNEW,New Site,ZZ1 1ZZ\nEQG,Eastquay General Hospital,ZZ3 9ZZ\n"
PEOPLE = "person_id,name,site_code,email\nN1,Zo\u00eb O'Dell-\u00d1u\u00f1ez,EQG,zoe@brackenvale.example\nN2,,EQG,\nN3,Piran Oldacre,FCH,\n".encode()


@pytest.fixture
def sign_in(world, client):
    def as_(first):
        client.force_login(Account.objects.get(username=first.lower()))
        return client

    return as_


def upload(client, kind, data, name="file.csv", **more):
    return client.post(
        f"/setup/import/{kind}/", {"file": SimpleUploadedFile(name, data), "everyone": "some", **more}
    )


@pytest.mark.parametrize(
    "path",
    [
        "/setup/",
        "/setup/import/",
        "/setup/import/people/",
        "/setup/people/",
        "/setup/settings/",
        "/setup/health/",
        "/setup/health/?check=ledger",
        "/setup/outbox/",
        "/setup/tokens/new/",
    ],
)
def test_the_administrator_sees_each_set_up_page_and_staff_get_the_same_answer_as_for_no_page(sign_in, path):
    assert sign_in("Sam").get(path).status_code == 200
    assert sign_in("Jo").get(path).status_code == 404


def test_a_sites_file_changes_nothing_until_it_is_brought_in_and_can_be_taken_back(sign_in):
    client = sign_in("Morwenna")
    answer = upload(client, "sites", SITES)
    assert answer.status_code == 303
    assert not Site.objects.filter(code="NEW").exists()
    page = client.get(answer.url)
    assert b"Nothing has been changed yet" in page.content
    row = ImportFile.objects.get()
    client.post(f"/setup/import/file/{row.pk}/apply/", {"once": "one-token"})
    assert Site.objects.get(code="NEW").postcode == "ZZ1 1ZZ"
    assert Site.objects.get(code="EQG").postcode == "ZZ3 9ZZ"
    client.post(f"/setup/import/file/{row.pk}/undo/", {"once": "two-token"})
    assert not Site.objects.filter(code="NEW").exists()
    assert Site.objects.get(code="EQG").postcode == ""


def test_dirty_people_are_reported_row_by_row_and_the_rest_comes_in(sign_in):
    client = sign_in("Sam")
    answer = upload(client, "people", PEOPLE)
    page = client.get(answer.url).content.decode()
    row = ImportFile.objects.get()
    assert row.refused == 1
    assert "Site has closed" in page
    csv = b"".join(client.get(f"/setup/import/file/{row.pk}/problems.csv").streaming_content).decode()
    assert '"3"' in csv
    client.post(f"/setup/import/file/{row.pk}/apply/", {"once": "t"})
    assert Person.objects.get(reference="N1").name == "Zo\u00eb O'Dell-\u00d1u\u00f1ez"
    assert Person.objects.get(reference="N3").email == ""


def test_bringing_a_file_in_twice_by_a_double_click_does_it_once(sign_in):
    client = sign_in("Sam")
    upload(client, "people", PEOPLE)
    row = ImportFile.objects.get()
    for _ in range(2):
        assert client.post(f"/setup/import/file/{row.pk}/apply/", {"once": "same"}).status_code == 303
    assert LedgerLine.objects.filter(action="file applied").count() == 1


@pytest.mark.parametrize(("data", "says"), [(b"", "empty"), (b"\x00\x01\x02" * 50, "")])
def test_a_file_that_cannot_be_read_gets_a_sentence_and_nothing_is_written(sign_in, data, says):
    page = upload(sign_in("Sam"), "sites", data)
    assert page.status_code == 200
    assert says in page.content.decode()
    assert "error" in page.content.decode().lower()
    assert not ImportFile.objects.exists()


def test_a_file_whose_columns_have_other_names_leads_to_the_choice_of_columns(sign_in):
    client = sign_in("Sam")
    answer = upload(client, "sites", b"a,b\n1,2\n")
    assert answer.status_code == 303
    assert "Which column is which?" in client.get(answer.url).content.decode()
    assert not ImportFile.objects.exists()


def test_nobody_gives_a_role_to_oneself_and_a_case_role_waits_for_a_second_person(sign_in, world):
    client = sign_in("Morwenna")
    jo = world.person("Jo")
    client.post(f"/setup/people/{jo.pk}/", {"role": "author", "once": "a"})
    grant = Grant.objects.get(person=jo)
    assert grant.confirmed_by == ""
    assert not world.viewer("Jo").holds("author")
    client.post(f"/setup/roles/{grant.pk}/confirm/", {"once": "b"})
    grant.refresh_from_db()
    assert grant.confirmed_by == ""
    sign_in("Ishani").post(f"/setup/roles/{grant.pk}/confirm/", {"once": "c"})
    assert world.viewer("Jo").holds("author")
    own = sign_in("Morwenna").post(
        f"/setup/people/{world.person('Morwenna').pk}/", {"role": "reviewer", "once": "d"}
    )
    assert b"cannot give yourself" in own.content


def test_recording_a_leaver_ends_access_at_once(sign_in, world, client):
    sign_in("Jo").get("/to-know/")
    assert Session.objects.filter(person_id=world.person("Jo").pk).exists()
    from django.test import Client

    other = Client()
    other.force_login(Account.objects.get(username="morwenna"))
    other.post(f"/setup/people/{world.person('Jo').pk}/left/", {"once": "x"})
    assert not Session.objects.filter(person_id=world.person("Jo").pk).exists()
    assert Person.objects.get(pk=world.person("Jo").pk).ends_on is not None


def test_a_setting_is_changed_once_and_kept_in_the_ledger(sign_in):
    client = sign_in("Sam")
    form = {
        "name": "Brackenvale Hospitals Group",
        "short_name": "Brackenvale",
        "contact": "",
        "approvers": "1",
        "cooling": "10",
        "from_address": "a@brackenvale.example",
        "base_url": "https://x.example",
        "once": "s",
    }
    assert client.post("/setup/settings/", form).status_code == 303
    assert Network.objects.get().approvers_needed == 1
    assert LedgerLine.objects.get(action="settings changed").facts["changed"]["approvers_needed"] == [2, 1]
    assert client.post("/setup/settings/", {**form, "cooling": "many", "once": "t"}).status_code == 200


def test_the_auditor_reads_the_ledger_and_verifies_the_chain(sign_in):
    page = sign_in("Renuka").get("/ledger/?check=chain")
    assert b"The chain is whole" in page.content
    assert sign_in("Jo").get("/ledger/").status_code == 404


def test_a_token_is_shown_once(sign_in):
    client = sign_in("Sam")
    page = client.post(
        "/setup/tokens/new/", {"name": "feed", "site": "EQG", "scopes": ["read"], "once": "q"}
    ).content.decode()
    assert "es_" in page
    assert "es_" not in client.get("/setup/health/").content.decode()
