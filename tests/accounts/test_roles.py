"""What each may see and do is ticked by hand, and holds from the next request on."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rung.accounts.access import givable_roles, may
from rung.accounts.models import Agent, Role, Team
from rung.accounts.permissions import BUILT_IN, PERMISSIONS
from rung.accounts.verbs import change_agent, change_role, create_agent, end_role, form_role
from rung.core.actor import SYSTEM
from rung.core.seen import Overtaken, Seen, digest
from rung.customers.models import Customer
from rung.journal.models import Entry
from rung.touchpoints.access import visible_conversations
from rung.touchpoints.verbs import assign_conversation
from tests.cast import written

pytestmark = pytest.mark.django_db


def given(agent: Agent, role: Role, at) -> Agent:
    change_agent(agent, role=role.key, by=SYSTEM, at=at)
    return Agent.objects.get(pk=agent.pk)


@pytest.mark.parametrize("who", ["ada", "lin", "root"])
def test_built_in_roles_allow_what_is_written_down(who: str, request) -> None:
    agent = request.getfixturevalue(who)
    assert [name for name in PERMISSIONS if may(agent, name)] == [n for n in PERMISSIONS if n in BUILT_IN[agent.role]]


def test_a_gate_that_nobody_can_open_is_a_mistake(root: Agent) -> None:
    with pytest.raises(KeyError):
        may(root, "settings.wrods")


def test_a_role_of_ones_own_allows_what_is_ticked_and_nothing_else(ada: Agent, client_of, root: Agent, at) -> None:
    browser = client_of(ada)
    assert browser.get("/settings/tags").status_code == 403
    form = {"name": "Word keeper", "scope": "teams", "permissions": ["settings.words"]}
    assert client_of(root).post("/settings/roles/new", form).status_code == 302
    given(ada, Role.objects.get(name="Word keeper"), at)
    assert browser.get("/settings/tags").status_code == 200, "from the next request on, without signing in again"
    assert browser.get("/numbers").status_code == 403
    assert browser.get("/settings/mailboxes").status_code == 403
    menu = browser.get("/settings").content.decode()
    assert ("/settings/tags" in menu, 'href="/numbers"' in menu, "/settings/mailboxes" in menu) == (True, False, False)


def test_changing_a_role_holds_for_everybody_who_has_it(ada: Agent, bo: Agent, lin: Agent, client_of, at) -> None:
    browser = client_of(bo)
    assert browser.get("/numbers").status_code == 200
    change_role("agent", scope="teams", permissions=["answers.write"], by=SYSTEM, at=at)
    assert browser.get("/numbers").status_code == 403
    assert may(Agent.objects.get(pk=lin.pk), "numbers.see"), "another role is not touched"


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        ("all", {"own team", "taken by a colleague", "no team", "another team", "mine elsewhere", "no team, taken"}),
        ("teams", {"own team", "taken by a colleague", "no team", "mine elsewhere", "no team, taken"}),
        ("own", {"own team", "no team", "mine elsewhere"}),
    ],
)
def test_a_scope_narrows_what_is_seen(
    scope: str, seen: set[str], ada: Agent, bo: Agent, lin: Agent, carla: Customer, support: Team, billing: Team, at
) -> None:
    def matter(subject: str, team: Team | None, assignee: Agent | None) -> None:
        conversation = written(carla, at=at, subject=subject, reference=f"<{subject.replace(' ', '')}@x>")
        assign_conversation(conversation, agent=assignee, team=team, by=SYSTEM, at=at)

    matter("own team", support, None)
    matter("taken by a colleague", support, lin)
    matter("no team", None, None)
    matter("no team, taken", None, bo)
    matter("another team", billing, None)
    matter("mine elsewhere", billing, ada)
    role = form_role("Narrow", scope=scope, permissions=[], by=SYSTEM, at=at)
    assert {each.subject for each in visible_conversations(given(ada, role, at))} == seen


def test_whoever_may_not_write_reads_and_notes(ada: Agent, carla: Customer, support: Team, client_of, at) -> None:
    matter = written(carla, at=at, team=support)
    given(ada, form_role("Reader", scope="teams", permissions=[], by=SYSTEM, at=at), at)
    browser, address = client_of(ada), f"/conversations/{matter.pk}"
    page = browser.get(address).content.decode()
    assert ('id="kind-answer"' in page, 'id="kind-note" value="note"' in page, "Send and resolve" in page) == (
        False,
        True,
        False,
    )
    assert browser.post(f"{address}/answers", {"text": "Hello", "do": "answer"}).status_code == 403
    assert browser.post(f"{address}/notes", {"text": "She called twice."}).status_code in (200, 302)
    assert browser.get("/conversations/new").status_code == 403


def test_the_administrators_role_cannot_be_changed(root: Agent, client_of, at) -> None:
    with pytest.raises(ValidationError):
        change_role("administrator", scope="own", permissions=[], by=root.actor, at=at)
    browser = client_of(root)
    assert browser.get("/settings/roles/administrator").status_code == 403
    assert browser.post("/settings/roles/administrator", {"scope": "own"}).status_code == 403
    assert may(Agent.objects.get(pk=root.pk), "settings.team")


def test_nobody_gives_more_than_their_own(ada: Agent, bo: Agent, lin: Agent, root: Agent, client_of, at) -> None:
    keeper = form_role("Keeper", scope="teams", permissions=["settings.team", "numbers.see"], by=SYSTEM, at=at)
    change_agent(ada, role=keeper.key, by=SYSTEM, at=at)
    narrow = form_role("Narrow", scope="own", permissions=["numbers.see"], by=SYSTEM, at=at)
    ada.refresh_from_db()
    assert [role.key for role in givable_roles(ada)] == [keeper.key, narrow.key]
    browser = client_of(ada)
    seat = {"name": bo.name, "email": bo.email, "language": bo.language}
    assert browser.post(f"/settings/agents/{bo.pk}", {**seat, "role": "administrator"}).status_code == 403, (
        "bo may write"
    )
    change_agent(bo, role=narrow.key, by=SYSTEM, at=at)
    assert browser.post(f"/settings/agents/{bo.pk}", {**seat, "role": "administrator"}).status_code == 422
    assert browser.post(f"/settings/agents/{bo.pk}", {**seat, "role": keeper.key}).status_code == 302
    for way in ("", "/invitation", "/departure"):
        assert browser.post(f"/settings/agents/{root.pk}{way}", seat).status_code == 403, "the way in would be theirs"
    assert browser.get("/settings/roles/lead").status_code == 403
    more = {"name": "More", "scope": "teams", "permissions": ["settings.mailboxes"]}
    assert browser.post("/settings/roles/new", more).status_code == 422
    wider = {"name": "Wider", "scope": "all", "permissions": ["numbers.see"]}
    assert browser.post("/settings/roles/new", wider).status_code == 422


def test_a_role_ends_when_nobody_has_it(ada: Agent, at) -> None:
    role = form_role("Light", scope="own", permissions=[], by=SYSTEM, at=at)
    given(ada, role, at)
    with pytest.raises(ValidationError, match="Ada Berg"):
        end_role(role.key, by=SYSTEM, at=at)
    change_agent(ada, role="agent", by=SYSTEM, at=at)
    end_role(role.key, by=SYSTEM, at=at)
    assert not Role.objects.filter(key=role.key).exists()
    with pytest.raises(ValidationError):
        create_agent(email="x@desk.example", name="X", role=role.key, by=SYSTEM, at=at)


@pytest.mark.parametrize("name", ["", "  ", "Lead", "light"])
def test_a_role_has_a_name_of_its_own(name: str, at) -> None:
    form_role("Light", scope="own", permissions=[], by=SYSTEM, at=at)
    with pytest.raises(ValidationError):
        form_role(name, scope="own", permissions=[], by=SYSTEM, at=at)


def test_a_change_is_told_with_from_and_to_and_no_change_is_not(at) -> None:
    change_role("agent", scope="own", permissions=["numbers.see", "answers.write"], by=SYSTEM, at=at)
    change_role("agent", scope="own", permissions=["answers.write", "numbers.see"], by=SYSTEM, at=at)
    [entry] = Entry.objects.filter(kind="role.changed")
    before = ", ".join(name for name in PERMISSIONS if name in BUILT_IN["agent"])
    assert entry.data["values"] == [["scope", "teams", "own"], ["permissions", before, "answers.write, numbers.see"]]


def test_two_who_change_a_role_do_not_overwrite_each_other(root: Agent, client_of, at) -> None:
    """The first takes a tick away; the second, whose form is older, adds one: they are asked."""
    role = form_role("Light", scope="own", permissions=["numbers.see"], by=SYSTEM, at=at)
    browser = client_of(root)
    address = f"/settings/roles/{role.key}"
    shown = {"name": "Light", "scope": "own", "permissions": ["numbers.see"]}
    stamp = json.dumps({name: digest(value) for name, value in shown.items()})
    assert stamp.replace('"', "&quot;") in browser.get(address).content.decode()
    change_role(role.key, name="Light", scope="teams", permissions=[], by=SYSTEM, at=at)
    mine = {"name": "Light", "scope": "own", "permissions": ["numbers.see", "exports.take"], "shown": stamp}
    answer = browser.post(address, mine)
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else changed this" in said
    assert said.count('name="take"') == 1, "of the scope, which this writer left alone, nothing need be asked"
    assert 'value="exports.take" checked' in said, "nothing that was typed is lost"
    assert Role.objects.get(key=role.key).permissions == []
    carried = answer.content.decode().split('name="shown" value="')[1].split('"')[0].replace("&quot;", '"')
    assert browser.post(address, {**mine, "shown": carried}).status_code == 302
    role.refresh_from_db()
    assert (role.scope, role.permissions) == ("teams", ["numbers.see", "exports.take"])


@pytest.mark.parametrize(
    ("shown", "wanted", "present", "taken", "settled"),
    [
        ("a", "b", "a", (), "b"),  # only I changed it
        ("a", "a", "b", (), "b"),  # only somebody else did: it stays
        ("a", "b", "b", (), "b"),  # both, to the same
        ("a", "b", "c", (), None),  # both, to something different
        ("c", "b", "c", ("field",), "c"),  # I was shown theirs, and take it
        ("a", "b", "c", ("field",), None),  # what I take is not what I was shown
        ("one\r\ntwo", "one\ntwo ", "three", (), "three"),  # a browser's line ends are no change
        (["y", "x"], ["x", "y"], ["z"], (), ["z"]),  # nor is an order of ticks
        (None, "", "b", (), "b"),
    ],
)
def test_what_two_wrote_is_settled(shown, wanted, present, taken, settled) -> None:
    seen = Seen({"field": digest(shown)}, frozenset(taken))
    if settled is None:
        with pytest.raises(Overtaken) as overtaken:
            seen.settled({"field": wanted}, {"field": present})
        assert overtaken.value.present == {"field": present}
    else:
        assert seen.settled({"field": wanted}, {"field": present}) == {"field": settled}


def test_the_pages_ask_little(root: Agent, ada: Agent, client_of, at) -> None:
    form_role("Light", scope="own", permissions=[], by=SYSTEM, at=at)
    browser = client_of(root)
    browser.get("/settings/roles")
    for address, most in (("/settings/roles", 6), ("/settings/roles/light", 5), ("/settings/roles/new", 3)):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        assert len(asked) <= most, [each["sql"][:80] for each in asked]


def test_who_may_not_write_to_customers_is_offered_nothing_that_writes(
    ada: Agent, client_of, carla: Customer, at
) -> None:
    """A button that ends at "not with your role" is a door painted on a wall."""
    table = written(carla, at=at)
    pages = ("/queue", f"/customers/{carla.pk}", f"/conversations/{table.number}")
    ways = ('href="/conversations/new', "?forwards=")

    def offered() -> list[str]:
        told = [client_of(ada).get(page).content.decode() for page in pages]
        return [
            f"{page}: {way}" for page, page_told in zip(pages, told, strict=True) for way in ways if way in page_told
        ]

    assert {each.partition(":")[0] for each in offered()} == set(pages)
    change_role("agent", scope="all", permissions=["customers.see"], by=SYSTEM, at=at)
    assert offered() == []
