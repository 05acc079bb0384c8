from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import DjangoAssertNumQueries

from rung.accounts import access
from rung.accounts.models import Agent, Team
from rung.accounts.verbs import deactivate_agent
from rung.channels.email.reading import read
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.core.compiled import compiled
from rung.core.once import kept_for_this_page, one_page
from rung.customers.models import Customer
from rung.customers.verbs import meet_customer
from rung.desk.pages.conversation import Opening, conversation_page
from rung.desk.pages.letters import letter_html
from rung.desk.pages.snoozes import snooze_moments
from rung.desk.pages.thread import SHOWN
from rung.surveys.tokens import link_token, new_nonce
from rung.touchpoints.access import conversation_for
from rung.touchpoints.incoming import Logged
from rung.touchpoints.models import Attachment, Conversation, Touchpoint
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    give_notice,
    log_touchpoint,
    mark_delivered,
    mark_undelivered,
    note_signal,
    resolve_conversation,
    write_note,
)
from tests.cast import Desk, written

# Queries of a conversation that is not too long to be shown whole. Two of them are tags, one its links, one custom fields;
# six are the composer's: drafts, who takes part, our last letter, our addresses, the mailbox it leaves from,
# and the questions beside.
SCREEN = 29
# And of a whole page, session and bell included, of one in which there is little: what is seldom there is asked for at once.
QUIET = 16


@pytest.fixture
def matter(carla: Customer, support: Team, at: datetime) -> Conversation:
    return written(carla, at=at, team=support)


def fresh(matter: Conversation) -> Conversation:
    return Conversation.objects.get(pk=matter.pk)


def test_the_thread_tells_all_in_the_order_it_happened(
    ada: Agent, lin: Agent, matter: Conversation, support: Team, at: datetime
) -> None:
    assign_conversation(matter, agent=ada, team=support, by=lin.actor, at=at + timedelta(minutes=1))
    write_note(matter, "Ring the carrier first.", by=lin.actor, at=at + timedelta(minutes=2))
    answer = answer_conversation(matter, text="It comes on Friday.", by=ada.actor, at=at + timedelta(minutes=3))
    mark_undelivered(answer, "550 no such user", final=True, by=ada.actor, at=at + timedelta(minutes=4))
    rang_at = at + timedelta(minutes=5)
    call = Logged(channel="phone", direction="in", text="Rang to say thanks.", occurred_at=rang_at, duration_s=90)
    log_touchpoint(matter.customer, call, conversation=matter, by=ada.actor, at=at + timedelta(minutes=6))
    resolve_conversation(matter, by=ada.actor, at=at + timedelta(minutes=7))
    page = conversation_page(conversation_for(ada, matter.pk), ada, at=at + timedelta(minutes=8))
    told = [(item.kind, item.who) for item in page.thread.items]
    assert told == [
        ("touch", "Carla Ruiz"),
        ("event", "Lin Chen"),
        ("note", "Lin Chen"),
        ("touch", "Ada Berg"),
        ("touch", "Carla Ruiz"),
        ("event", "Ada Berg"),
    ]
    assert page.thread.items[4].noted_by == "Ada Berg"
    assert page.thread.items[1].text == "gave it to Ada Berg"
    assert page.thread.arrives_at == page.thread.items[4].number  # the last thing they said
    delivery = page.thread.items[3].delivery
    assert delivery is not None
    assert (delivery.state, delivery.detail) == ("failed", "550 no such user")
    assert page.turn == "resolved"


def test_a_change_of_hands_says_only_what_changed(
    ada: Agent, lin: Agent, matter: Conversation, support: Team, at: datetime
) -> None:
    billing = Team.objects.create(name="Billing", slug="billing")
    hands: list[tuple[Agent | None, Team | None]] = [
        (ada, support), (ada, billing), (lin, billing), (None, billing), (ada, None), (ada, support), (None, None),
    ]  # fmt: skip
    for minute, (agent, team) in enumerate(hands, 1):
        assign_conversation(fresh(matter), agent=agent, team=team, by=ada.actor, at=at + timedelta(minutes=minute))
    page = conversation_page(conversation_for(lin, matter.pk), lin, at=at + timedelta(hours=1))
    assert [item.text for item in page.thread.items if item.kind == "event"] == [
        "took it on",
        "moved it to Billing",
        "gave it to Lin Chen",
        "gave it back to Billing",
        "took it on",
        "moved it to Support",
        "gave it back to the queue",
    ]


def test_reading_goes_on_where_the_customer_spoke_last(
    ada: Agent, carla: Customer, matter: Conversation, at: datetime
) -> None:
    answer = answer_conversation(matter, text="Friday.", by=ada.actor, at=at + timedelta(minutes=1))
    assert conversation_page(fresh(matter), ada, at=at).thread.arrives_at == answer.pk
    written(carla, at=at + timedelta(minutes=2), conversation=matter.pk, text="Which Friday?")
    written(carla, at=at + timedelta(minutes=3), conversation=matter.pk, text="Hello?")
    page = conversation_page(fresh(matter), ada, at=at + timedelta(hours=1))
    assert page.thread.arrives_at == matter.touchpoints.get(text="Which Friday?").pk


def test_another_team_does_not_find_it_by_any_address(client_of: Desk, bo: Agent, matter: Conversation) -> None:
    browser = client_of(bo)
    touchpoint = matter.touchpoints.get()
    assert browser.get(f"/conversations/{matter.pk}").status_code == 404
    for noun in ("answers", "notes", "assignment", "snooze", "resolution", "reopening"):
        assert browser.post(f"/conversations/{matter.pk}/{noun}", {"text": "x"}).status_code == 404
    assert browser.post(f"/touchpoints/{touchpoint.pk}/phase", {"phase": "after"}).status_code == 404
    assert browser.post(f"/touchpoints/{touchpoint.pk}/signals", {"note": "thanks"}).status_code == 404


def test_an_answer_goes_out_and_leads_back_to_it(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.7", "application/pdf")
    answer = client_of(ada).post(
        f"/conversations/{matter.pk}/answers", {"text": "It comes on Friday.", "files": [file], "from": "mine"}
    )
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/conversations/{matter.pk}?from=mine#latest"
    sent = matter.touchpoints.get(direction="out")
    assert (sent.text, sent.agent, sent.delivery) == ("It comes on Friday.", ada, "waiting")
    assert sent.attachments.get().name == "plan.pdf"


def test_answer_and_resolve_says_whether_the_goal_was_reached_when_it_leaves(
    client_of: Desk, ada: Agent, matter: Conversation, work: Callable[..., None]
) -> None:
    client_of(ada).post(f"/conversations/{matter.pk}/answers", {"text": "Done.", "do": "resolve", "outcome": "reached"})
    assert not fresh(matter).is_resolved()  # it can still be taken back
    work(clock.now() + timedelta(minutes=1))
    assert fresh(matter).is_resolved()
    assert matter.resolutions.get().outcome == "reached"


def test_what_cannot_be_sent_stays_in_the_composer(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    matter.customer.addresses.all().delete()
    Touchpoint.objects.filter(conversation=matter).update(parties={})
    answer = client_of(ada).post(f"/conversations/{matter.pk}/answers", {"text": "A long & careful answer."})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "A long &amp; careful answer.</textarea>" in page
    assert "We know no e-mail address" in page
    assert not matter.touchpoints.filter(direction="out").exists()


def test_an_empty_note_is_not_kept(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    answer = client_of(ada).post(f"/conversations/{matter.pk}/notes", {"text": "  "})
    assert answer.status_code == 422
    assert not matter.notes.exists()


def test_taking_it_on_keeps_the_team(client_of: Desk, ada: Agent, support: Team, matter: Conversation) -> None:
    client_of(ada).post(f"/conversations/{matter.pk}/assignment", {"agent": ada.pk})
    assert (fresh(matter).assignee, fresh(matter).team) == (ada, support)
    client_of(ada).post(f"/conversations/{matter.pk}/assignment", {"agent": "", "team": support.pk})
    assert fresh(matter).assignee is None


def test_whoever_gives_it_away_to_another_team_is_led_back_to_the_queue(
    client_of: Desk, ada: Agent, billing: Team, matter: Conversation
) -> None:
    where = f"/conversations/{matter.pk}/assignment"
    plain = client_of(ada).post(where, {"agent": "", "team": billing.pk})
    assert plain.headers["Location"] == "/queue"
    assert fresh(matter).team == billing


def test_htmx_gets_the_changed_parts_and_never_the_composer(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    answer = client_of(ada).post(
        f"/conversations/{matter.pk}/resolution", {"outcome": "partly"}, headers={"HX-Request": "true"}
    )
    part = answer.content.decode()
    assert "resolved the conversation" in part
    assert 'hx-target="#matter-head"' in part
    assert "<textarea" not in part
    assert matter.resolutions.get().outcome == "partly"


def test_snoozing_takes_a_moment_and_refuses_the_past(
    client_of: Desk, ada: Agent, matter: Conversation, noon: datetime
) -> None:
    where = f"/conversations/{matter.pk}/snooze"
    client_of(ada).post(where, {"day": (noon - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")})
    assert not fresh(matter).is_snoozed()
    client_of(ada).post(where, {"until": (noon + timedelta(days=1)).isoformat()})
    assert fresh(matter).is_snoozed()
    client_of(ada).post(where, {"end": "1"})
    assert not fresh(matter).is_snoozed()


def test_the_moments_offered_are_mornings_where_the_agent_is(ada: Agent, at: datetime) -> None:
    ada.time_zone = "Asia/Tokyo"
    moments = {option.label: datetime.fromisoformat(option.value) for option in snooze_moments(at, ada.zone)}
    assert (moments["Tomorrow morning"].hour, moments["Tomorrow morning"].day) == (9, 11)
    assert moments["Next Monday"].weekday() == 0
    assert all(moment > at for moment in moments.values())


def test_each_moment_is_offered_once(ada: Agent) -> None:
    for day in range(1, 8):
        offered = snooze_moments(datetime(2026, 11, day, 14, tzinfo=UTC), ada.zone)
        assert len({option.value for option in offered}) == len(offered) >= 3


def test_reopening_brings_it_back(client_of: Desk, ada: Agent, matter: Conversation, at: datetime) -> None:
    resolve_conversation(matter, by=ada.actor, at=at)
    client_of(ada).post(f"/conversations/{matter.pk}/reopening")
    assert not fresh(matter).is_resolved()
    assert not fresh(matter).awaits_us()


def test_a_settling_taken_back_leaves_the_customer_waiting_as_before(
    client_of: Desk, ada: Agent, matter: Conversation
) -> None:
    desk, waited = client_of(ada), matter.awaits_us_since_at
    assert waited is not None
    desk.post(f"/conversations/{matter.pk}/resolution", {"outcome": "reached"})
    assert fresh(matter).is_resolved()
    desk.post(f"/conversations/{matter.pk}/reopening")
    assert fresh(matter).awaits_us_since_at == waited


def test_phase_and_signals_are_set_and_withdrawn(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    touchpoint = matter.touchpoints.get()
    browser = client_of(ada)
    assert browser.post(f"/touchpoints/{touchpoint.pk}/phase", {"phase": "after"}).status_code == 302
    assert browser.post(f"/touchpoints/{touchpoint.pk}/phase", {"phase": "never"}).status_code == 400
    browser.post(f"/touchpoints/{touchpoint.pk}/signals", {"note": "complaint"})
    assert touchpoint.signals.get().kind == "complaint"
    part = browser.post(
        f"/touchpoints/{touchpoint.pk}/signals", {"withdraw": "complaint"}, headers={"HX-Request": "true"}
    )
    assert part.status_code == 200
    assert touchpoint.signals.get().withdrawn_at is not None
    assert Touchpoint.objects.get(pk=touchpoint.pk).phase == "after"


def test_a_refresh_answers_nothing_when_nothing_happened_here(
    client_of: Desk, ada: Agent, karim: Customer, carla: Customer, matter: Conversation, at: datetime
) -> None:
    browser = client_of(ada)
    newest = conversation_page(conversation_for(ada, matter.pk), ada, at=at).newest_here
    written(karim, at=at + timedelta(minutes=1))
    headers = {"HX-Request": "true"}
    assert browser.get(f"/conversations/{matter.pk}?entry={newest}", headers=headers).status_code == 204
    written(carla, at=at + timedelta(minutes=2), conversation=matter.pk)
    assert browser.get(f"/conversations/{matter.pk}?entry={newest}", headers=headers).status_code == 200


def test_opening_it_is_reading_it(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    client_of(ada).get(f"/conversations/{matter.pk}")
    assert matter.readings.get().agent == ada


def test_a_long_thread_is_read_from_its_end(ada: Agent, carla: Customer, matter: Conversation, at: datetime) -> None:
    for number in range(SHOWN + 5):
        written(carla, at=at + timedelta(minutes=number + 1), conversation=matter.pk, text=f"letter {number}")
    matter = conversation_for(ada, matter.pk)
    page = conversation_page(matter, ada, at=at)
    assert page.thread.hidden == 6
    assert [item.text for item in page.thread.items][-1] == f"letter {SHOWN + 4}"
    first = matter.touchpoints.order_by("pk").values_list("pk", flat=True)[0]
    wanted = conversation_page(matter, ada, at=at, opening=Opening(wanted=first))
    assert wanted.thread.hidden == 0


def test_of_a_quiet_conversation_little_is_asked(
    ada: Agent, matter: Conversation, client_of: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    desk = client_of(ada)
    desk.get(f"/conversations/{matter.pk}")  # which is then read
    with django_assert_max_num_queries(QUIET):
        desk.get(f"/conversations/{matter.pk}")


def test_the_number_of_queries_does_not_grow_with_the_thread(
    ada: Agent,
    carla: Customer,
    support: Team,
    matter: Conversation,
    at: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    matter = conversation_for(ada, matter.pk)
    note_signal(matter.touchpoints.get(), "thanks", by=ada.actor, at=at)
    mark_delivered(answer_conversation(matter, text="So.", by=ada.actor, at=at), by=ada.actor, at=at)
    with django_assert_max_num_queries(SCREEN):
        conversation_page(matter, ada, at=at)
    for number in range(20):
        written(carla, at=at + timedelta(minutes=number), conversation=matter.pk)
        written(carla, at=at + timedelta(hours=number), subject=f"other {number}")
        write_note(matter, "noted", by=ada.actor, at=at)
    with django_assert_max_num_queries(SCREEN):
        conversation_page(matter, ada, at=at)


def test_pictures_from_elsewhere_are_not_fetched(matter: Conversation) -> None:
    own = Attachment(pk=7, name="a/b c.png", content_id="pic1", media_type="image/png", size=1)
    html = '<p><img src="cid:pic1" alt="Foto"><img alt="Logo" src="https://t.example/x.png"><img src="cid:other"></p>'
    shown = str(letter_html(html, [own]))
    assert '<img src="/attachments/7/a_b%20c.png" alt="Foto" loading="lazy">' in shown
    assert "t.example" not in shown
    assert "Logo" in shown
    assert "cid:" not in shown


def test_an_agent_cannot_answer_a_survey_for_the_customer(
    ada: Agent, carla: Customer, matter: Conversation, at: datetime, client_of: Desk
) -> None:
    link = f"https://desk.example/s/{link_token(new_nonce(), 5)}"
    html = f'<p>One question: <a href="{link}">like it</a></p>'
    give_notice(matter, customer=carla, subject="One question", text=f"* like it\n  {link}", by=SYSTEM, at=at)
    give_notice(matter, customer=carla, subject="One question", text="", html=html, by=SYSTEM, at=at)
    shown = client_of(ada).get(f"/conversations/{matter.pk}").content.decode()
    assert "/s/" not in shown
    assert shown.count("like it") == 2
    assert 'href=""' not in shown


def test_what_stands_in_an_attribute_stays_there() -> None:
    sly = '<p><img alt="x><form action=/out><button>go</button></form>" src="cid:a"></p>'
    shown = letter_html(read(b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + sly.encode()).html, [])
    assert "<form" not in shown
    assert "<button" not in shown


def test_without_an_address_the_composer_says_so_before_one_writes(ada: Agent, at: datetime, client_of: Desk) -> None:
    visitor = meet_customer(name="Vera", by=SYSTEM, at=at)
    visit = Logged(channel="visit", direction="in", text="Asked for the way.", occurred_at=at)
    touchpoint = log_touchpoint(visitor, visit, by=ada.actor, at=at)
    shown = client_of(ada).get(f"/conversations/{touchpoint.conversation_id}").content.decode()
    assert "We know no e-mail address" in shown


def test_work_is_not_given_to_somebody_who_has_left(
    ada: Agent, lin: Agent, matter: Conversation, at: datetime, client_of: Desk
) -> None:
    deactivate_agent(lin, by=SYSTEM, at=at)
    answer = client_of(ada).post(f"/conversations/{matter.pk}/assignment", {"agent": str(lin.pk)})
    assert answer.status_code == 404
    assert fresh(matter).assignee is None


def test_what_happened_behind_the_gate_is_shown_or_still_news(ada: Agent, matter: Conversation, at: datetime) -> None:
    stale = conversation_for(ada, matter.pk)
    resolve_conversation(fresh(matter), by=ada.actor, at=at)
    page = conversation_page(stale, ada, at=at)
    assert page.state == "resolved"


def test_a_copy_to_ourselves_is_not_told(
    client_of: Desk, ada: Agent, carla: Customer, support: Team, at: datetime
) -> None:
    add_mailbox(name="Desk", address="support@desk.example", team=support, by=SYSTEM, at=at)
    matter = written(carla, at=at, team=support, copied=("support+4@desk.example", "karim@example.net"))
    page = client_of(ada).get(f"/conversations/{matter.pk}").content.decode()
    assert "Copy to karim@example.net<" in page


@pytest.mark.django_db(transaction=True)
def test_all_that_is_asked_ahead_is_needed(
    ada: Agent, carla: Customer, support: Team, client_of: Desk, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_mailbox(name="Desk", address="support@desk.example", team=support, by=SYSTEM, at=at)
    matter = written(carla, at=at, team=support, copied=("support+4@desk.example",))
    left: list[object] = []

    @contextmanager
    def looked_at() -> Iterator[None]:
        with one_page():
            yield
            answers = kept_for_this_page() or {}
            left.extend(
                key for key in answers if isinstance(key, tuple) and isinstance(key[0], compiled) and len(key) == 2
            )

    monkeypatch.setattr(access, "one_page", looked_at)
    desk = client_of(ada)
    for _again in range(3):  # the first one asks each by itself, to have it planned
        assert desk.get(f"/conversations/{matter.pk}").status_code == 200
    assert left == []
