"""The flood brake: letters nobody pressed "send" for wait where there are too many of them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import create_agent, form_role
from rung.channels.email.events import BrakeReleased
from rung.channels.email.models import Dispatch, Mailbox
from rung.channels.email.reactions import send_by_email
from rung.channels.email.verbs.brake import release_brake
from rung.channels.email.verbs.mailbox import add_mailbox, change_mailbox
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.journal.models import Entry
from rung.journal.verbs import record
from rung.notices.access import bell_of
from rung.notices.models import Notice
from rung.notices.pages import notices_page
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import answer_conversation, give_notice
from tests.cast import PASSWORD, Desk, written

Work = Callable[..., None]


@pytest.fixture
def mailbox(db: None, at: datetime) -> Mailbox:
    return add_mailbox(
        name="Support", address="support@desk.example", automatic_per_address=2, automatic_per_mailbox=3,
        outgoing="outbox", by=SYSTEM, at=at,
    )  # fmt: skip


def someone(n: int, at: datetime) -> Conversation:
    customer = recognise_customer(f"someone{n}@example.org", by=SYSTEM, at=at)
    return written(customer, at=at)


def asked(customer: Customer, n: int, at: datetime) -> Conversation:
    """A letter that says something else than those before it."""
    return written(
        customer, at=at, text=f"Where is the {('table', 'chair', 'lamp', 'shelf', 'bench')[n]} that I ordered?"
    )


def notice(conversation: Conversation, at: datetime) -> Touchpoint:
    return give_notice(
        conversation, customer=conversation.customer, subject="How was it?", text="One click.", by=SYSTEM, at=at
    )


def states(at: datetime, work: Work) -> list[str]:
    work(at)
    return list(Dispatch.objects.order_by("pk").values_list("state", flat=True))


def test_one_address_gets_so_many_within_an_hour_and_the_others_go_on(
    mailbox: Mailbox, carla: Customer, work: Work, at: datetime
) -> None:
    for n in range(3):
        moment = at + timedelta(minutes=n)
        notice(asked(carla, n, moment), moment)
        work(moment)
    notice(someone(1, at), at + timedelta(minutes=5))
    assert states(at + timedelta(minutes=5), work) == ["kept", "kept", "held", "kept"]
    mailbox.refresh_from_db()
    assert mailbox.braked_at is None
    held = Touchpoint.objects.get(pk=Dispatch.objects.get(state="held").touchpoint_id)
    assert held.delivery == "waiting"
    assert "within the hour" in held.delivery_detail


def test_an_hour_later_it_goes_on(mailbox: Mailbox, carla: Customer, work: Work, at: datetime) -> None:
    for n, minutes in enumerate((0, 1, 62)):
        moment = at + timedelta(minutes=minutes)
        notice(asked(carla, n, moment), moment)
        work(moment)
    assert states(at + timedelta(minutes=62), work) == ["kept", "kept", "kept"]


def test_who_leads_is_told_once_of_an_address_that_would_get_too_many(
    mailbox: Mailbox, carla: Customer, work: Work, at: datetime, lin: Agent, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)
    for n in range(5):
        moment = at + timedelta(minutes=n)
        notice(asked(carla, n, moment), moment)
        work(moment)
    told = Notice.objects.get(kind="brake")
    assert told.agent == lin
    assert told.conversation is not None
    assert told.conversation.touchpoints.filter(delivery="waiting", is_automatic=True).exists()
    assert Entry.objects.get(kind="mailbox.braked").data["to_one"]


def test_a_machine_that_begins_anew_with_each_letter_gets_two_and_no_third(
    mailbox: Mailbox, carla: Customer, work: Work, at: datetime
) -> None:
    for n in range(4):
        moment = at + timedelta(hours=2 * n)
        text = f"Thank you for writing to us. Your ticket {7919 * n} was opened."
        notice(written(carla, at=moment, subject=f"Ticket {7919 * n}", text=text), moment)
        work(moment)
    assert states(moment, work) == ["kept", "kept", "withheld", "withheld"]
    assert "says the same each time" in Touchpoint.objects.filter(is_automatic=True).latest("pk").delivery_detail


def test_who_leads_is_told_of_a_flood_once(
    mailbox: Mailbox, work: Work, at: datetime, lin: Agent, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)
    for n in range(6):
        notice(someone(n, at), at)
        work(at)
    told = Notice.objects.get(kind="brake")
    assert told.agent == lin
    assert told.conversation is not None
    assert told.conversation.touchpoints.filter(delivery="waiting", is_automatic=True).exists()
    # To where all that wait can be let go on, not to one conversation of them.
    (line,) = notices_page(lin).lines
    assert line.href == "/settings/held"


def test_a_notice_of_the_brake_is_read_where_it_leads_and_over_for_all_once_one_has_decided(
    mailbox: Mailbox,
    work: Work,
    at: datetime,
    client_of: Desk,
    lin: Agent,
    root: Agent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)
    for n in range(5):
        notice(someone(n, at), at)
        work(at)
    other = add_mailbox(name="Other", address="other@desk.example", by=SYSTEM, at=at)
    assert set(Notice.objects.filter(kind="brake").unread().values_list("agent", flat=True)) == {lin.pk, root.pk}
    # Whichever way they came there: no notice leads past what is to be decided.
    page = client_of(lin).get("/settings/held").content.decode()
    assert "bell-count" not in page
    assert list(Notice.objects.filter(kind="brake").unread().values_list("agent", flat=True)) == [root.pk]
    with transaction.atomic():
        record(BrakeReleased(mailbox=other.pk, sent=0, dropped=0), by=lin.actor, at=at)
    work(at)
    assert bell_of(root) == 1
    release_brake(mailbox, send=False, by=lin.actor, at=at)
    work(at)
    assert bell_of(root) == 0


def test_a_letter_that_is_held_says_so_and_leads_whoever_may_to_where_it_is_decided(
    mailbox: Mailbox, work: Work, at: datetime, client_of: Desk, lin: Agent, ada: Agent
) -> None:
    for n in range(4):
        last = someone(n, at)
        notice(last, at)
        work(at)
    page = client_of(lin).get(f"/conversations/{last.number}").content.decode()
    assert 'href="/settings/held"' in page
    assert "held back" in page
    assert "on its way" not in page
    assert "over its limit of automatic letters" in page or "automatic letters have left this mailbox" in page
    theirs = client_of(ada).get(f"/conversations/{last.number}").content.decode()
    assert "held back" in theirs
    assert 'href="/settings/held"' not in theirs
    release_brake(mailbox, send=True, by=lin.actor, at=at)
    assert "held back" not in client_of(lin).get(f"/conversations/{last.number}").content.decode()


def test_a_flood_brakes_the_mailbox_until_a_lead_lets_it_go_on(
    mailbox: Mailbox, work: Work, at: datetime, client_of: Desk, lin: Agent, ada: Agent, root: Agent
) -> None:
    for n in range(5):
        notice(someone(n, at), at)
        work(at)
    later = at + timedelta(hours=3)
    notice(someone(9, at), later)
    assert states(later, work) == ["kept", "kept", "kept", "held", "held", "held"]
    assert Entry.objects.filter(kind="mailbox.braked").count() == 1
    assert "Automatic letters are held back" in client_of(root).get("/settings/mailboxes").content.decode()
    page = client_of(lin).get("/settings/held").content.decode()
    assert "3 letters wait" in page
    assert "someone9@example.org" in page
    assert "held back" in client_of(lin).get("/letters").content.decode()
    assert client_of(ada).get("/settings/held").status_code == 403
    assert client_of(ada).post(f"/settings/held/{mailbox.pk}").status_code == 403
    client_of(lin).post(f"/settings/held/{mailbox.pk}")
    work()
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"kept"}
    mailbox.refresh_from_db()
    assert mailbox.braked_at is None
    assert "Nothing is held back" in client_of(lin).get("/settings/held").content.decode()


def test_what_was_let_go_on_does_not_brake_at_once_again(mailbox: Mailbox, work: Work, at: datetime) -> None:
    for n in range(4):
        notice(someone(n, at), at)
        work(at)
    release_brake(mailbox, send=True, by=SYSTEM, at=at + timedelta(minutes=1))
    for n in range(4, 8):
        notice(someone(n, at), at + timedelta(minutes=2))
        work(at + timedelta(minutes=2))
    assert states(at + timedelta(minutes=2), work) == ["kept"] * 7 + ["held"]


def test_what_is_dropped_is_never_sent(mailbox: Mailbox, work: Work, at: datetime) -> None:
    for n in range(5):
        notice(someone(n, at), at)
        work(at)
    assert release_brake(mailbox, send=False, by=SYSTEM, at=at) == 2
    assert states(at + timedelta(days=1), work) == ["kept", "kept", "kept", "withheld", "withheld"]
    assert Entry.objects.get(kind="mailbox.brake_released").data == {"mailbox": mailbox.pk, "sent": 0, "dropped": 2}
    assert release_brake(mailbox, send=True, by=SYSTEM, at=at) == 0
    assert Entry.objects.filter(kind="mailbox.brake_released").count() == 1


def test_what_a_person_writes_is_never_held_back(
    mailbox: Mailbox, carla: Customer, ada: Agent, work: Work, at: datetime
) -> None:
    change_mailbox(mailbox, automatic_per_address=1, automatic_per_mailbox=1, by=SYSTEM, at=at)
    conversation = written(carla, at=at)
    for n in range(2):
        notice(conversation, at + timedelta(minutes=n))
        work(at + timedelta(minutes=n))
    for n in range(5):
        answer_conversation(conversation, text=f"Answer {n}", by=ada.actor, at=at + timedelta(minutes=5 + n))
    work(at + timedelta(hours=1))
    assert states(at + timedelta(hours=1), work).count("kept") == 6


def test_a_reaction_that_runs_twice_counts_a_letter_once(
    mailbox: Mailbox, carla: Customer, work: Work, at: datetime
) -> None:
    change_mailbox(mailbox, automatic_per_address=1, by=SYSTEM, at=at)
    notice(written(carla, at=at), at)
    entry = Entry.objects.get(kind="notice.given")
    for _n in range(2):
        send_by_email(entry.event, entry=entry)
    assert states(at, work) == ["kept"]


def test_the_limits_are_set_on_the_mailbox(client_of: Desk, root: Agent, mailbox: Mailbox) -> None:
    address = f"/settings/mailboxes/{mailbox.pk}/automatic"
    posted = {"automatic_per_address": 7, "automatic_per_mailbox": 70}
    assert client_of(root).post(address, posted).status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.automatic_per_address, mailbox.automatic_per_mailbox) == (7, 70)
    assert client_of(root).post(address, {"automatic_per_address": 0}).status_code == 422


def test_what_another_team_decides_has_no_button_and_is_not_shown_where_nothing_of_it_is_seen(
    mailbox: Mailbox, support: Team, billing: Team, work: Work, at: datetime, client_of: Desk, root: Agent
) -> None:
    theirs = add_mailbox(name="Billing", address="billing@desk.example", team=billing, by=SYSTEM, at=at)
    Mailbox.objects.filter(pk=theirs.pk).update(braked_at=at)
    change_mailbox(mailbox, team=support, by=SYSTEM, at=at)
    for n in range(5):
        notice(someone(n, at), at)
        work(at)
    role = form_role("Team lead", scope="teams", permissions=["letters.see"], by=SYSTEM, at=at)
    lead = create_agent(
        email="x@desk.example", name="X", teams=[support], role=role.key, password=PASSWORD, by=SYSTEM, at=at
    )
    page = client_of(lead).get("/settings/held").content.decode()
    assert "support@desk.example" in page
    assert "billing@desk.example" not in page
    assert "billing@desk.example" in client_of(root).get("/settings/held").content.decode()
    assert client_of(lead).post(f"/settings/held/{theirs.pk}").status_code == 404
