import re
from datetime import datetime

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import change_agent, create_agent, deactivate_agent
from rung.core.actor import SYSTEM
from rung.journal.models import Entry

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("path", ["/settings/agents", "/settings/agents/new", "/settings/teams"])
def test_only_administrators_see_seats_and_teams(path: str, client_of, ada: Agent, lin: Agent, root: Agent) -> None:
    assert Client().get(path).status_code == 302
    assert client_of(ada).get(path).status_code == 403
    assert client_of(lin).get(path).status_code == 403
    assert client_of(root).get(path).status_code == 200


def test_one_of_many_is_found_by_letters_of_what_is_said_of_them(
    client_of, ada: Agent, lin: Agent, root: Agent
) -> None:
    Agent.objects.bulk_create(
        Agent(email=f"agent{n}@example.org", name=f"Jürgen {n}", role="agent", joined_at=root.joined_at)
        for n in range(25)
    )
    browser = client_of(root)
    assert 'role="search"' in browser.get("/settings/agents").content.decode()
    found = browser.get("/settings/agents?q=jurgen+agent7").content.decode()
    assert ("Jürgen 7" in found, "Jürgen 8" in found, ada.email in found) == (True, False, False)
    assert "Nobody is found" in browser.get("/settings/agents?q=nobody-at-all").content.decode()


def test_settings_show_what_a_person_may_change(client_of, ada: Agent, root: Agent) -> None:
    assert "/settings/agents" not in client_of(ada).get("/settings").content.decode()
    assert "/settings/agents" in client_of(root).get("/settings").content.decode()


def test_an_invitation_gives_a_seat_and_mails_the_way_in(client_of, root: Agent, support: Team) -> None:
    form = {"name": "Noor", "email": "noor@desk.example", "role": "lead", "teams": [support.pk], "language": "de"}
    answer = client_of(root).post("/settings/agents/new", form)
    assert answer.status_code == 201
    noor = Agent.objects.get(email="noor@desk.example")
    assert (noor.role, list(noor.teams.all()), noor.has_usable_password()) == ("lead", [support], False)
    [letter] = mail.outbox
    assert letter.to == ["noor@desk.example"]
    assert letter.subject == "Ihr Platz im Kundenservice"
    assert "Root Adler hat Ihnen einen Platz im Kundenservice gegeben" in letter.body
    found = re.search(r"http://127\.0\.0\.1:8000(\S+)", letter.body)
    assert found
    assert found.group(1) in answer.content.decode(), "so that it can be handed over where no mail leaves"
    guest = Client()
    page = guest.get(found.group(1), follow=True)
    guest.post(page.request["PATH_INFO"], {"password1": "a fine new sentence", "password2": "a fine new sentence"})
    assert guest.get("/account/profile").status_code == 200


def test_an_address_has_one_seat(client_of, root: Agent, ada: Agent) -> None:
    form = {"name": "Ada again", "email": "ADA@desk.example", "role": "agent", "language": "en"}
    answer = client_of(root).post("/settings/agents/new", form)
    assert answer.status_code == 422
    assert "has a seat already" in answer.content.decode()
    assert not mail.outbox


def test_a_link_is_sent_again(client_of, root: Agent, ada: Agent) -> None:
    assert client_of(root).post(f"/settings/agents/{ada.pk}/invitation").status_code == 200
    assert mail.outbox[0].to == [ada.email]


def test_a_seat_is_changed_and_what_stays_the_same_leaves_no_entry(
    client_of, root: Agent, ada: Agent, billing: Team
) -> None:
    client = client_of(root)
    before = len(kinds())
    form = {"name": "Ada Berg", "email": ada.email, "role": "lead", "teams": [billing.pk], "language": "en"}
    assert client.post(f"/settings/agents/{ada.pk}", form).status_code == 302
    ada.refresh_from_db()
    assert (ada.role, list(ada.teams.all())) == ("lead", [billing])
    assert sorted(kinds()[before:]) == ["agent.changed", "team.joined", "team.left"]
    client.post(f"/settings/agents/{ada.pk}", form)
    assert len(kinds()) == before + 3


def test_an_agent_cannot_change_their_own_role(client_of, ada: Agent) -> None:
    assert client_of(ada).post(f"/settings/agents/{ada.pk}", {"role": "administrator"}).status_code == 403
    client_of(ada).post(
        "/account/profile",
        {"name": "Ada", "time_zone": "UTC", "undo_s": "10", "language": "en", "role": "administrator"},
    )
    ada.refresh_from_db()
    assert (ada.name, ada.role) == ("Ada", "agent")


def test_the_last_administrator_keeps_role_and_seat(client_of, root: Agent, ada: Agent) -> None:
    client = client_of(root)
    form = {"name": root.name, "email": root.email, "role": "agent", "language": "en"}
    answer = client.post(f"/settings/agents/{root.pk}", form)
    assert answer.status_code == 422
    assert "last administrator" in answer.content.decode()
    answer = client.post(f"/settings/agents/{root.pk}/departure", follow=True)
    assert "last administrator" in answer.content.decode()
    root.refresh_from_db()
    assert (root.role, root.is_active) == ("administrator", True)


def test_a_seat_is_closed_and_opened_again(client_of, root: Agent, ada: Agent) -> None:
    client = client_of(root)
    client.post(f"/settings/agents/{ada.pk}/departure")
    assert not Agent.objects.get(pk=ada.pk).is_active
    assert "Let them in again" in client.get("/settings/agents").content.decode()
    client.post(f"/settings/agents/{ada.pk}/arrival")
    assert Agent.objects.get(pk=ada.pk).is_active
    assert kinds()[-2:] == ["agent.left", "agent.returned"]


def test_a_team_is_formed_renamed_and_staffed(client_of, root: Agent, ada: Agent, bo: Agent) -> None:
    client = client_of(root)
    assert client.post("/settings/teams", {"name": "Returns", "members": [ada.pk]}).status_code == 302
    team = Team.objects.get(name="Returns")
    assert list(team.agents.all()) == [ada]
    client.post(f"/settings/teams/{team.pk}", {"name": "Give-backs", "members": [bo.pk]})
    team.refresh_from_db()
    assert (team.name, list(team.agents.all())) == ("Give-backs", [bo])
    assert client.get(f"/settings/teams/{team.pk}").status_code == 200


def test_a_team_keeps_the_places_of_those_who_left(client_of, root: Agent, ada: Agent, support: Team, at) -> None:
    deactivate_agent(ada, by=SYSTEM, at=at)
    client_of(root).post(f"/settings/teams/{support.pk}", {"name": "Support", "members": []})
    assert list(support.agents.all()) == [ada]


def test_two_teams_cannot_have_one_name(client_of, root: Agent, support: Team, billing: Team) -> None:
    client = client_of(root)
    assert client.post("/settings/teams", {"name": "support"}).status_code == 422
    assert client.post(f"/settings/teams/{billing.pk}", {"name": "Support"}).status_code == 422


def test_a_profile_is_changed_by_its_owner(client_of, ada: Agent) -> None:
    form = {
        "name": "Ada B.",
        "title": "Wheel builder",
        "time_zone": "Asia/Tokyo",
        "undo_s": "20",
        "language": "fr",
        "signature": "Ada\nSupport",
    }
    assert client_of(ada).post("/account/profile", form).status_code == 302
    ada.refresh_from_db()
    assert (ada.name, ada.time_zone, ada.signature.splitlines()) == ("Ada B.", "Asia/Tokyo", ["Ada", "Support"])
    assert (ada.title, ada.undo_s, ada.language) == ("Wheel builder", 20, "fr")
    assert Entry.objects.get(kind="agent.changed").data["values"] == [["language", "en", "fr"]]
    assert client_of(ada).post("/account/profile", form | {"language": "tlh"}).status_code == 422
    assert client_of(ada).post("/account/profile", form | {"time_zone": "Mars/Olympus"}).status_code == 422


def test_a_language_that_nothing_is_written_in_is_refused(ada: Agent, at: datetime) -> None:
    with pytest.raises(ValidationError, match="this language"):
        change_agent(ada, language="tlh", by=SYSTEM, at=at)
    with pytest.raises(ValidationError, match="this language"):
        create_agent(email="noor@desk.example", name="Noor", language="tlh", by=SYSTEM, at=at)


def test_a_link_for_a_new_password_comes_in_their_language(ada: Agent, client: Client, at: datetime) -> None:
    change_agent(ada, language="nl", by=SYSTEM, at=at)
    client.post("/account/password/forgotten", {"email": ada.email})
    (letter,) = mail.outbox
    assert letter.subject == "Een link om een nieuw wachtwoord te kiezen"
    assert letter.body.startswith(f"Beste {ada.name},")


def test_whoever_is_invited_begins_with_the_clock_of_whoever_invites(client_of, root: Agent, at: datetime) -> None:
    change_agent(root, time_zone="America/Lima", by=SYSTEM, at=at)
    form = {"name": "Noor", "email": "noor@desk.example", "role": "agent", "language": "en"}
    assert client_of(root).post("/settings/agents/new", form).status_code == 201
    assert Agent.objects.get(email="noor@desk.example").time_zone == "America/Lima"


INVISIBLE = "\u200b\u2060"


def test_a_name_can_be_seen_and_turns_no_other_words(client_of, ada: Agent, root: Agent) -> None:
    profile = {"time_zone": "UTC", "language": "en", "undo_s": 10}
    refused = client_of(ada).post("/account/profile", {**profile, "name": INVISIBLE, "title": "Wheels"})
    assert refused.status_code == 422
    assert "Write a name that can be seen." in refused.content.decode()
    assert 'value="Wheels"' in refused.content.decode(), "nothing typed is lost"
    seat = {"name": INVISIBLE, "email": ada.email, "role": "agent", "language": "en"}
    assert client_of(root).post(f"/settings/agents/{ada.pk}", seat).status_code == 422
    assert client_of(root).post("/settings/agents/new", {**seat, "email": "noor@desk.example"}).status_code == 422
    assert client_of(ada).post("/account/profile", {**profile, "name": "Ada\u202e Berg\n"}).status_code == 302
    ada.refresh_from_db()
    assert ada.name == "Ada Berg"
