"""What is known of a person, handed over: all of it, nothing of others, and only what one may see."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import change_agent, form_role
from rung.core.actor import SYSTEM
from rung.customers.models import Customer, Order, Purpose
from rung.customers.verbs import state_consent, state_preference
from rung.journal.models import Entry
from rung.touchpoints.incoming import Incoming, IncomingFile, Parties
from rung.touchpoints.models import Note
from rung.touchpoints.verbs import answer_conversation, correct_note, receive_touchpoint, write_note
from tests.cast import Desk, written

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ALL_OF_IT = {"notes": "yes", "files": "yes"}


@pytest.fixture
def known(carla: Customer, karim: Customer, ada: Agent, support: Team, billing: Team, at: datetime) -> Customer:
    """Carla with a matter in Support and one in Billing, and a word in Karim's."""
    sent = IncomingFile(name="../bill <1>.txt", media_type="text/plain", content=b"99 EUR")
    parties = Parties(sender="carla@example.org")
    incoming = Incoming(
        channel="email", reference="<a@x>", subject="The table", text="It wobbles. </pre><b>", occurred_at=at,
        team=support.pk, files=(sent,), parties=parties,
    )  # fmt: skip
    matter = receive_touchpoint(carla, incoming, by=carla.actor, at=at).conversation
    answer_conversation(matter, text="We send a new leg.", by=ada.actor, at=at + HOUR)
    write_note(matter, "She is right.", by=ada.actor, at=at + HOUR)
    written(carla, at=at + 2 * HOUR, subject="The bill", text="It is too high.", team=billing)
    other = written(
        karim, at=at, subject="Karim's own", text="Karim's secret.", team=support, copied=("carla@example.org",)
    )
    incoming = Incoming(
        channel="email", reference="<b@x>", subject="Re", text="I am his sister.", occurred_at=at + HOUR,
        conversation=other.pk, parties=parties,
    )  # fmt: skip
    receive_touchpoint(carla, incoming, by=carla.actor, at=at + HOUR)
    state_preference(carla, "By phone, please", source="said so", by=ada.actor, at=at)
    state_consent(carla, Purpose.MARKETING, is_given=False, source="on the phone", by=ada.actor, at=at)
    Order.objects.create(
        customer=carla, number="O-1", title="Table", amount_cents=12345, currency="EUR", placed_at=at, state="sent"
    )
    return carla


def taken(browser: Client, person: Customer, **said: str) -> dict[str, Any]:
    """The files of the archive by name, JSON as what it says."""
    answer = browser.post(f"/customers/{person.pk}/data", said)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # an answer that streams has it
    assert len(content) == int(answer.headers["Content-Length"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name) for name in archive.namelist()}
    return {name: json.loads(data) if name.endswith(".json") else data for name, data in found.items()}


def test_everything_of_a_person_is_in_it_to_read_and_for_programs(
    client_of: Desk, root: Agent, known: Customer
) -> None:
    files = taken(client_of(root), known, **ALL_OF_IT)
    person, matters = files["person.json"], files["conversations.json"]
    assert (person["name"], [each["address"] for each in person["addresses"]]) == ("Carla Ruiz", ["carla@example.org"])
    assert (person["orders"][0]["number"], person["orders"][0]["amount"]) == ("O-1", "123.45")
    assert [(each["text"], each["source"]) for each in person["preferences"]] == [("By phone, please", "said so")]
    assert [(each["purpose"], each["given"]) for each in person["consents"]] == [("marketing", False)]
    assert [each["subject"] for each in matters] == ["The table", "The bill", ""]
    first = matters[0]
    assert [(each["text"], each["from_us"]) for each in first["touchpoints"]] == [
        ("It wobbles. </pre><b>", False),
        ("We send a new leg.", True),
    ]
    assert [each["text"] for each in first["notes"]] == ["She is right."]
    [place] = first["touchpoints"][0]["files"]
    assert files[place] == b"99 EUR"
    assert place.startswith("files/")
    assert ".." not in place.removesuffix(".txt").split("/")[0]
    page = files["everything.html"].decode()
    assert "It wobbles. &lt;/pre&gt;&lt;b&gt;" in page
    assert all(words in page for words in ("By phone, please", "O-1 Table, 123.45 EUR", "We send a new leg."))


def test_of_others_nothing_is_in_it_but_what_they_wrote_there(client_of: Desk, root: Agent, known: Customer) -> None:
    files = taken(client_of(root), known, **ALL_OF_IT)
    other = files["conversations.json"][-1]
    assert other["of_somebody_else"] is True
    assert [each["text"] for each in other["touchpoints"]] == ["I am his sister."]
    for told in (json.dumps(files["conversations.json"]), files["everything.html"].decode()):
        assert "secret" not in told
        assert "Karim" not in told


def test_notes_and_files_stay_where_they_are_not_wished(client_of: Desk, root: Agent, known: Customer) -> None:
    files = taken(client_of(root), known)
    assert sorted(files) == ["conversations.json", "everything.html", "person.json"]
    assert "She is right" not in json.dumps(files["conversations.json"])


def test_what_a_note_said_before_it_was_corrected_is_known_of_them_too(
    client_of: Desk, root: Agent, ada: Agent, known: Customer, at: datetime
) -> None:
    correct_note(Note.objects.get(), "She is right about the leg.", by=ada.actor, at=at + 2 * HOUR)
    files = taken(client_of(root), known, **ALL_OF_IT)
    [note] = files["conversations.json"][0]["notes"]
    assert (note["text"], [each["text"] for each in note["read_before"]]) == (
        "She is right about the leg.",
        ["She is right."],
    )
    page = files["everything.html"].decode()
    assert "She is right.</p>" in page
    assert "as it read before" in page


def test_one_hands_over_no_more_than_one_may_see_and_is_told_so(
    client_of: Desk, ada: Agent, root: Agent, known: Customer
) -> None:
    files = taken(client_of(ada), known, **ALL_OF_IT)
    assert "The bill" not in json.dumps(files["conversations.json"])
    assert "somebody who sees everybody" in client_of(ada).get(f"/customers/{known.pk}/data").content.decode()
    assert "somebody who sees everybody" not in client_of(root).get(f"/customers/{known.pk}/data").content.decode()


def test_whoever_may_take_no_tables_takes_no_person_and_it_is_told_who_took_one(
    client_of: Desk, ada: Agent, known: Customer, at: datetime
) -> None:
    taken(client_of(ada), known)
    [told] = Entry.objects.filter(kind="export.taken")
    assert (told.data["what"], told.actor_key) == (f"customers/{known.pk}", ada.pk)
    mine = f"/customers/{known.pk}"
    assert f"{mine}/data" in client_of(ada).get(mine).content.decode()
    role = form_role("Reader", scope="teams", permissions=["customers.see"], by=SYSTEM, at=at)
    change_agent(ada, role=role.key, by=SYSTEM, at=at)
    assert client_of(ada).get(f"{mine}/data").status_code == 403
    assert client_of(ada).post(f"{mine}/data").status_code == 403
    assert f"{mine}/data" not in client_of(ada).get(mine).content.decode()


def test_of_somebody_who_never_said_anything_there_is_a_file_too(client_of: Desk, root: Agent, karim: Customer) -> None:
    files = taken(client_of(root), karim, **ALL_OF_IT)
    assert files["conversations.json"] == []
    assert files["person.json"]["name"] == "Karim Haddad"
