"""Letters that leave later, are taken back, stop, or are kept from crossing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.insight.models import ConversationFact
from rung.journal.models import Entry
from rung.touchpoints import errands
from rung.touchpoints.access import changes_since, reply_recipients, version_of
from rung.touchpoints.incoming import Incoming, IncomingFile, Parties, Party
from rung.touchpoints.models import Conversation, Draft, State, Touchpoint
from rung.touchpoints.verbs import (
    DraftChanged,
    MovedOn,
    answer_conversation,
    ask_beside,
    attach_to_draft,
    discard_draft,
    mark_spam,
    merge_conversations,
    receive_touchpoint,
    rewrite_answer,
    save_draft,
    send_now,
    snooze_conversation,
    start_conversation,
    take_back_answer,
    unmark_spam,
    write_note,
)
from tests.cast import written

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
Work = Callable[..., None]


@pytest.fixture
def matter(carla: Customer, support: Team, at: datetime) -> Conversation:
    return written(carla, at=at, team=support)


def facts(kind: str) -> int:
    return Entry.objects.filter(kind=kind).count()


def planned(matter: Conversation, ada: Agent, at: datetime, **more: object) -> Touchpoint:
    return answer_conversation(matter, text="Friday.", due_at=at + 2 * HOUR, by=ada.actor, at=at + HOUR, **more)  # type: ignore[arg-type]  # a test's shorthand


# When it is due.


def test_until_it_leaves_the_customer_waits_and_nobody_was_answered(
    matter: Conversation, ada: Agent, at: datetime
) -> None:
    letter = planned(matter, ada, at)
    matter.refresh_from_db()
    assert matter.awaits_us_since_at == at
    assert (matter.touch_count, matter.last_direction, matter.answer_due_at) == (1, "in", letter.due_at)
    assert (facts("answer.planned"), facts("conversation.answered")) == (1, 0)
    assert matter.assignee == ada  # whoever writes has taken it on


def test_when_it_is_due_the_wait_ends_then_and_not_when_it_was_written(
    matter: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    letter = planned(matter, ada, at, resolve=True, outcome="reached")
    work(at + 2 * HOUR - MINUTE)
    assert facts("conversation.answered") == 0
    work(at + 2 * HOUR)
    letter.refresh_from_db()
    matter.refresh_from_db()
    assert (letter.due_at, letter.occurred_at) == (None, at + 2 * HOUR)
    assert (matter.state, matter.awaits_us_since_at, matter.answer_due_at) == (State.RESOLVED, None, None)
    [entry] = Entry.objects.filter(kind="conversation.answered")
    assert (entry.occurred_at, entry.data["waited_ms"], entry.actor_key) == (at + 2 * HOUR, 7_200_000, ada.pk)
    work(at + 3 * HOUR)
    assert facts("conversation.answered") == 1


def test_a_worker_that_slept_tells_the_truth(matter: Conversation, ada: Agent, at: datetime, work: Work) -> None:
    planned(matter, ada, at)
    work(at + 5 * HOUR)
    assert Entry.objects.get(kind="conversation.answered").data["waited_ms"] == 5 * 3_600_000


def test_it_can_leave_before_its_time(matter: Conversation, ada: Agent, at: datetime) -> None:
    letter = planned(matter, ada, at)
    send_now(letter, by=ada.actor, at=at + HOUR)
    send_now(letter, by=ada.actor, at=at + HOUR)
    assert facts("conversation.answered") == 1


def test_a_moment_that_is_past_is_refused(matter: Conversation, ada: Agent, at: datetime) -> None:
    with pytest.raises(ValidationError, match="still to come"):
        answer_conversation(matter, text="Friday.", due_at=at, by=ada.actor, at=at + HOUR)


@pytest.mark.parametrize("resolve", [True, False])
def test_what_was_found_to_be_spam_meanwhile_is_not_answered_and_holds_up_nobody(
    matter: Conversation, karim: Customer, ada: Agent, lin: Agent, at: datetime, work: Work, resolve: bool
) -> None:
    planned(matter, ada, at, resolve=resolve)
    other = planned(written(karim, at=at, subject="Mine"), ada, at + MINUTE)
    mark_spam(matter, by=lin.actor, at=at + HOUR)
    work(at + 3 * HOUR)
    other.refresh_from_db()
    assert (other.due_at, facts("conversation.answered")) == (None, 1)
    draft = Draft.objects.get(conversation=matter)
    assert (draft.agent, draft.text, draft.send_at) == (ada, "Friday.", at + 2 * HOUR)
    assert "marked as spam" in draft.returned_because
    assert facts("answer.taken_back") == 1
    unmark_spam(matter, by=lin.actor, at=at + 3 * HOUR)
    matter.refresh_from_db()
    assert (matter.awaits_us_since_at, matter.answer_due_at) == (at, None)


def test_taken_out_of_spam_in_time_it_leaves(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work
) -> None:
    planned(matter, ada, at, resolve=True)
    mark_spam(matter, by=lin.actor, at=at + HOUR)
    unmark_spam(matter, by=lin.actor, at=at + HOUR + MINUTE)
    work(at + 2 * HOUR)
    assert facts("conversation.answered") == 1


def stuck(letters: set[int], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have these letters fail whenever they are to leave; grows by each try."""
    tried: list[int] = []

    def send(touchpoint: Touchpoint, **more: object) -> None:
        if touchpoint.pk in letters:
            tried.append(touchpoint.pk)
            raise ValueError("no such thing")
        send_now(touchpoint, **more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(errands, "send_now", send)
    return tried


def test_letters_that_cannot_leave_hold_up_no_other(
    matter: Conversation, karim: Customer, ada: Agent, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "BATCH", 2)
    failing = {planned(matter, ada, at).pk, planned(matter, ada, at).pk}
    other = planned(written(karim, at=at, subject="Mine"), ada, at + MINUTE)
    tried = stuck(failing, monkeypatch)
    assert errands.post_due_letters(at=at + 3 * HOUR)
    assert not errands.post_due_letters(at=at + 3 * HOUR)
    other.refresh_from_db()
    assert (other.due_at, len(tried)) == (None, 2)
    errands.post_due_letters(at=at + 3 * HOUR + timedelta(seconds=59))
    assert len(tried) == 2
    errands.post_due_letters(at=at + 3 * HOUR + MINUTE)
    assert len(tried) == 4


def test_a_letter_that_can_never_leave_is_its_writers_draft_again_and_they_are_told(
    matter: Conversation, ada: Agent, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = planned(matter, ada, at)
    tried = stuck({letter.pk}, monkeypatch)
    for minutes in range(24 * 60):
        errands.post_due_letters(at=at + 2 * HOUR + minutes * MINUTE)
    assert len(tried) == 5
    draft = Draft.objects.get(conversation=matter)
    assert (draft.agent, draft.text, draft.send_at) == (ada, "Friday.", at + 2 * HOUR)
    assert draft.returned_because == "It could not leave, and is not tried any more: ValueError: no such thing"
    matter.refresh_from_db()
    assert (matter.touchpoints.count(), matter.awaits_us_since_at, matter.answer_due_at) == (1, at, None)
    assert "could not leave" in matter.notes.get().text
    assert [each.data["agent"] for each in Entry.objects.filter(kind="colleague.called")] == [ada.pk]


def test_while_it_is_tried_it_says_so_and_afterwards_no_more(
    matter: Conversation, ada: Agent, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = planned(matter, ada, at)
    with monkeypatch.context() as meanwhile:
        stuck({letter.pk}, meanwhile)
        errands.post_due_letters(at=at + 2 * HOUR)
    letter.refresh_from_db()
    assert letter.delivery_detail == "It could not leave: ValueError: no such thing"
    assert (letter.posting.attempts, letter.posting.again_at) == (1, at + 2 * HOUR + MINUTE)
    send_now(letter, by=ada.actor, at=at + 2 * HOUR)  # its writer does not wait for the pause
    letter.refresh_from_db()
    assert (letter.delivery_detail, letter.due_at) == ("", None)


# Taken back.


def test_taken_back_it_is_a_draft_with_everything(matter: Conversation, ada: Agent, at: datetime, work: Work) -> None:
    file = IncomingFile(name="plan.pdf", media_type="application/pdf", content=b"%PDF")
    letter = planned(
        matter, ada, at, to=(Party("carla@example.org", "Carla"),), cc=(Party("k@example.net"),), files=(file,)
    )
    draft = take_back_answer(letter, by=ada.actor, at=at + HOUR)
    assert (draft.agent, draft.text, draft.to, draft.cc) == (
        ada,
        "Friday.",
        "Carla <carla@example.org>",
        "k@example.net",
    )
    with draft.files.get().open() as content:
        assert content.read() == b"%PDF"
    matter.refresh_from_db()
    assert matter.answer_due_at is None
    assert facts("answer.taken_back") == 1
    work(at + 9 * HOUR)
    assert matter.touchpoints.count() == 1


def test_what_was_begun_since_is_not_lost(matter: Conversation, ada: Agent, at: datetime) -> None:
    letter = planned(matter, ada, at)
    save_draft(matter, text="And one more thing.", by=ada.actor, at=at + HOUR)
    assert take_back_answer(letter, by=ada.actor, at=at + HOUR).text == "Friday.\n\nAnd one more thing."


def test_what_was_begun_for_colleagues_does_not_become_a_letter(
    matter: Conversation, carla: Customer, ada: Agent, at: datetime
) -> None:
    planned(matter, ada, at, stops_if_they_write=True)
    save_draft(matter, kind="note", text="She is never satisfied.", by=ada.actor, at=at + HOUR)
    written(carla, at=at + HOUR, conversation=matter.pk)
    draft = Draft.objects.get()
    assert (draft.kind, draft.text) == ("note", "Friday.\n\nShe is never satisfied.")


def test_it_goes_back_to_whoever_wrote_it(matter: Conversation, ada: Agent, lin: Agent, at: datetime) -> None:
    assert take_back_answer(planned(matter, ada, at), by=lin.actor, at=at + HOUR).agent == ada


def test_what_has_left_is_not_taken_back(matter: Conversation, ada: Agent, at: datetime, work: Work) -> None:
    letter = planned(matter, ada, at)
    work(at + 2 * HOUR)
    with pytest.raises(ValidationError, match="left already"):
        take_back_answer(letter, by=ada.actor, at=at + 2 * HOUR)


def test_a_first_letter_is_no_conversation_until_it_leaves(
    carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    letter = start_conversation(carla, subject="News", text="It is early.", due_at=at + HOUR, by=ada.actor, at=at)
    assert facts("conversation.opened") == 0
    work(at + HOUR)
    assert facts("conversation.opened") == 1
    assert Entry.objects.get(kind="conversation.answered").data["proactive"] is True
    assert letter.conversation.participants.filter(address="carla@example.org").exists()


def test_a_first_letter_taken_back_and_thrown_away_leaves_nothing(carla: Customer, ada: Agent, at: datetime) -> None:
    letter = start_conversation(carla, subject="News", text="It is early.", due_at=at + HOUR, by=ada.actor, at=at)
    take_back_answer(letter, by=ada.actor, at=at)
    discard_draft(letter.conversation, by=ada.actor, at=at)
    assert not Conversation.objects.exists()


# Stopped.


def test_it_stops_when_they_write_first_and_says_so(
    matter: Conversation, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    planned(matter, ada, at, stops_if_they_write=True)
    written(carla, at=at + HOUR + MINUTE, conversation=matter.pk, text="Never mind.")
    assert not matter.touchpoints.filter(direction="out").exists()
    draft = Draft.objects.get()
    assert (draft.agent, draft.text, draft.returned_because) == (
        ada,
        "Friday.",
        "Not sent, because Carla Ruiz wrote before it was due.",
    )
    assert "not sent" in matter.notes.get().text
    assert facts("answer.stopped") == 1
    work(at + 9 * HOUR)
    assert facts("conversation.answered") == 0


@pytest.mark.parametrize("automatic", [True, False])
def test_otherwise_it_leaves_whatever_comes(
    automatic: bool, matter: Conversation, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    planned(matter, ada, at, stops_if_they_write=automatic)  # a machine's letter stops nothing
    written(carla, at=at + HOUR + MINUTE, conversation=matter.pk, is_automatic=automatic)
    work(at + 2 * HOUR)
    assert facts("conversation.answered") == 1


# Two at once.


def test_a_send_that_missed_something_is_stopped_and_changes_nothing(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime
) -> None:
    seen = version_of(matter)
    write_note(matter, "Wait!", by=lin.actor, at=at + MINUTE)
    with pytest.raises(MovedOn) as stopped:
        answer_conversation(matter, text="Friday.", seen=seen, by=ada.actor, at=at + HOUR)
    assert [entry.kind for entry in stopped.value.changes] == ["note.written"]
    matter.refresh_from_db()
    assert matter.awaits_us()
    answer_conversation(matter, text="Friday.", seen=version_of(matter), by=ada.actor, at=at + HOUR)


def test_of_two_who_send_at_once_one_is_told(matter: Conversation, ada: Agent, lin: Agent, at: datetime) -> None:
    seen = version_of(matter)
    answer_conversation(matter, text="Friday.", seen=seen, by=lin.actor, at=at + HOUR)
    with pytest.raises(MovedOn):
        answer_conversation(matter, text="Saturday.", seen=seen, by=ada.actor, at=at + HOUR)


def test_a_letter_that_was_news_when_planned_is_none_when_it_leaves(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work
) -> None:
    planned(matter, lin, at)
    seen = version_of(matter)
    work(at + 2 * HOUR)
    assert changes_since(matter, seen, by=ada.actor) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer, so nothing happens at one instant"
)
def test_two_transactions_cannot_both_succeed_unseen(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime
) -> None:
    import threading

    seen, came, told = version_of(matter), threading.Barrier(2), []

    def send(agent: Agent) -> None:
        mine = Conversation.objects.get(pk=matter.pk)
        came.wait()
        try:
            answer_conversation(mine, text=f"By {agent.name}", seen=seen, by=agent.actor, at=at + HOUR)
        except MovedOn:
            told.append(agent.name)
        finally:
            connection.close()

    both = [threading.Thread(target=send, args=(agent,)) for agent in (ada, lin)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(told) == 1
    assert matter.touchpoints.filter(direction="out").count() == 1


# Drafts.


def test_an_older_window_does_not_overwrite(matter: Conversation, ada: Agent, at: datetime) -> None:
    first = save_draft(matter, text="One", version=0, by=ada.actor, at=at)
    assert first is not None
    save_draft(matter, text="Two", version=first.version, by=ada.actor, at=at)
    with pytest.raises(DraftChanged) as changed:
        save_draft(matter, text="Old", version=1, by=ada.actor, at=at)
    assert changed.value.present.text == "Two"


def test_everybody_has_a_draft_of_their_own_and_one_for_somebody_else(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime
) -> None:
    save_draft(matter, text="Dear Carla", by=ada.actor, at=at)
    save_draft(matter, text="Hi Carla", by=lin.actor, at=at)
    save_draft(matter, kind="forward", text="Dear Kellermann", by=ada.actor, at=at)
    assert Draft.objects.count() == 3
    answer_conversation(matter, text="Dear Carla", by=ada.actor, at=at)
    assert set(Draft.objects.values_list("text", flat=True)) == {"Hi Carla", "Dear Kellermann"}


def test_a_file_alone_is_a_draft_too(matter: Conversation, ada: Agent, at: datetime) -> None:
    file = IncomingFile(name="plan.pdf", media_type="application/pdf", content=b"%PDF")
    attach_to_draft(matter, file, by=ada.actor, at=at)
    assert save_draft(matter, text=" ", version=1, by=ada.actor, at=at) is not None


def test_only_what_failed_is_written_anew(matter: Conversation, ada: Agent, at: datetime) -> None:
    letter = answer_conversation(matter, text="Friday.", by=ada.actor, at=at)
    with pytest.raises(ValidationError):
        rewrite_answer(letter, by=ada.actor, at=at)


# To whom.


def lines(matter: Conversation, **how: bool) -> tuple[list[str], list[str]]:
    found = reply_recipients(matter, **how)
    return [party.address for party in found.to], [party.address for party in found.cc]


def from_carla(at: datetime, matter: Conversation, **parties: object) -> Incoming:
    return Incoming(
        channel="email", reference=f"<{at.timestamp()}@x>", subject="s", text="t", occurred_at=at, conversation=matter.pk,
        parties=Parties(sender="carla@example.org", **parties),  # type: ignore[arg-type]  # a test's shorthand
    )  # fmt: skip


def test_where_the_writer_wants_answers_they_go(matter: Conversation, carla: Customer, at: datetime) -> None:
    wants = from_carla(at + HOUR, matter, reply_to=(Party("office@example.org"),), cc=(Party("rita@example.org"),))
    receive_touchpoint(carla, wants, by=carla.actor, at=at + HOUR)
    assert lines(matter) == (["office@example.org"], ["rita@example.org"])
    assert lines(matter, only_sender=True) == (["office@example.org"], [])


def test_whoever_still_waits_is_answered_with_whoever_wrote_last(
    matter: Conversation, carla: Customer, ada: Agent, at: datetime
) -> None:
    asks = from_carla(at + MINUTE, matter, cc=(Party("rita@example.org"), Party("jan@example.org")))
    receive_touchpoint(carla, asks, by=carla.actor, at=at + MINUTE)
    rita = recognise_customer("rita@example.org", name="Rita", by=SYSTEM, at=at)
    adds = replace(from_carla(at + HOUR, matter), parties=Parties(sender="rita@example.org"))
    receive_touchpoint(rita, adds, by=rita.actor, at=at + HOUR)
    assert lines(matter) == (["rita@example.org", "carla@example.org"], ["jan@example.org"])
    assert lines(matter, only_sender=True) == (["rita@example.org"], [])
    answer_conversation(matter, text="To you alone.", to=(Party("rita@example.org"),), by=ada.actor, at=at + 2 * HOUR)
    assert lines(matter) == (["rita@example.org"], [])


def test_whom_we_have_copied_in_stays_in(matter: Conversation, carla: Customer, ada: Agent, at: datetime) -> None:
    answer_conversation(
        matter,
        text="With Rita.",
        to=(Party("carla@example.org"),),
        cc=(Party("rita@example.org"),),
        by=ada.actor,
        at=at,
    )
    receive_touchpoint(carla, from_carla(at + HOUR, matter), by=carla.actor, at=at + HOUR)
    assert lines(matter) == (["carla@example.org"], ["rita@example.org"])


def test_before_they_have_written_it_goes_to_whom_we_wrote(carla: Customer, ada: Agent, at: datetime) -> None:
    to, cc = (Party("carla@example.org"), Party("b@example.org")), (Party("c@example.org"),)
    letter = start_conversation(carla, subject="News", text="Early.", to=to, cc=cc, by=ada.actor, at=at)
    assert lines(letter.conversation) == (["carla@example.org", "b@example.org"], ["c@example.org"])


# Beside.


def test_who_is_asked_beside_brings_the_case_back(matter: Conversation, ada: Agent, at: datetime) -> None:
    letter = ask_beside(
        matter,
        to=(Party("parts@kellermann.example", "Kellermann"),),
        subject="A leg",
        text="Have you one?",
        by=ada.actor,
        at=at,
    )
    aside = letter.conversation
    assert (aside.beside, aside.team, facts("aside.opened")) == (matter, matter.team, 1)
    snooze_conversation(matter, until=at + 9 * HOUR, by=ada.actor, at=at)
    answer = Incoming(
        channel="email", reference="<k@x>", subject="Re", text="Yes.", occurred_at=at + HOUR, conversation=aside.pk,
        parties=Parties(sender="parts@kellermann.example"),
    )  # fmt: skip
    receive_touchpoint(aside.customer, answer, by=aside.customer.actor, at=at + HOUR)
    matter.refresh_from_db()
    assert matter.state == State.OPEN
    assert matter.touchpoints.count() == 1  # none of it is the customer's to see
    assert facts("aside.answered") == 1


def test_a_button_pressed_twice_asks_once(matter: Conversation, ada: Agent, lin: Agent, at: datetime) -> None:
    def ask(text: str = "Have you one?", by: Agent = ada, to: str = "parts@kellermann.example", later: int = 0) -> int:
        moment = at + timedelta(seconds=later)
        return ask_beside(matter, to=(Party(to),), subject="A leg", text=text, by=by.actor, at=moment).pk

    first = ask()
    assert ask(later=5) == first
    assert facts("aside.opened") == 1
    others = [ask("Or two?"), ask(by=lin), ask(to="other@kellermann.example"), ask(later=90)]
    assert len({first, *others}) == 5


def test_a_colleague_is_asked_as_one(matter: Conversation, ada: Agent, lin: Agent, at: datetime) -> None:
    letter = ask_beside(matter, to=(Party(lin.email),), subject="A leg", text="Do you know?", by=ada.actor, at=at)
    assert letter.conversation.customer.is_internal


def test_it_needs_somebody_and_a_subject(matter: Conversation, ada: Agent, at: datetime) -> None:
    with pytest.raises(ValidationError, match="to whom"):
        ask_beside(matter, to=(), subject="A leg", text="?", by=ada.actor, at=at)
    with pytest.raises(ValidationError, match="subject"):
        ask_beside(matter, to=(Party("x@example.org"),), subject=" ", text="?", by=ada.actor, at=at)
    assert not Conversation.objects.filter(beside=matter).exists()


def test_whoever_was_asked_beside_counts_in_no_number_and_is_asked_nothing(
    matter: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    from rung.insight.models import ConversationFact
    from rung.surveys.models import Invitation
    from rung.touchpoints.verbs import resolve_conversation

    letter = ask_beside(matter, to=(Party("x@example.org"),), subject="A leg", text="?", by=ada.actor, at=at)
    resolve_conversation(letter.conversation, by=ada.actor, at=at + HOUR)
    work(at + HOUR)
    assert not ConversationFact.objects.filter(conversation=letter.conversation_id).exists()
    assert ConversationFact.objects.filter(conversation=matter.pk).exists()
    assert not Invitation.objects.filter(conversation=letter.conversation).exists()
    send_now(letter, by=SYSTEM, at=at + HOUR)


def test_a_matter_begun_with_a_letter_to_come_is_opened_by_what_is_said_first(
    carla: Customer, karim: Customer, ada: Agent, lin: Agent, at: datetime, work: Work
) -> None:
    """Else nobody would have told that it was opened, and no number would count what was said in it."""
    started = [
        start_conversation(each, subject="News", text="Soon.", due_at=at + 9 * HOUR, by=ada.actor, at=at).conversation
        for each in (carla, karim)
    ]
    assert facts("conversation.opened") == 0
    written(carla, at=at + HOUR, conversation=started[0].pk, text="Where is it?")
    twin = written(karim, at=at + 2 * HOUR, text="And mine?")
    merge_conversations(twin, Conversation.objects.get(pk=started[1].pk), by=lin.actor, at=at + 3 * HOUR)
    work(at + 10 * HOUR)
    opened = Entry.objects.filter(kind="conversation.opened", conversation__in=[each.pk for each in started])
    assert sorted(opened.values_list("conversation", "occurred_at")) == [
        (started[0].pk, at + HOUR),
        (started[1].pk, at + 2 * HOUR),
    ]
    assert facts("conversation.answered") == 2
    counted = ConversationFact.objects.filter(conversation__in=[each.pk for each in started])
    assert {(fact.opened_by, fact.contacts) for fact in counted} == {("customer", 1)}
    assert counted.count() == 2
