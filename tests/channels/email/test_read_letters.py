"""What becomes of kept letters: each in its conversation, or in the list with the reason."""

import errno
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from rung.accounts.models import Agent, Team
from rung.channels.email import claiming, steps
from rung.channels.email.models import Letter, Mailbox, MailThread, RawLetter
from rung.channels.email.reading import Reading, understand
from rung.channels.email.tokens import conversation_in, plus_address
from rung.channels.email.verbs import reading
from rung.channels.email.verbs.letter import keep_letter, replay_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.reading import MAX_DEATHS, read_letters
from rung.core.actor import SYSTEM
from rung.customers.models import Address, Customer
from rung.customers.verbs import add_address, place_order
from rung.journal.models import Entry
from rung.journal.ringing import InOtherHands
from rung.touchpoints.models import Conversation, Participant, Resolution, Touchpoint
from rung.touchpoints.verbs import answer_conversation, resolve_conversation
from tests.cast import written

LETTERS = Path(__file__).parents[2] / "letters"
Work = Callable[..., None]


@pytest.fixture
def mailbox(support: Team, at: datetime) -> Mailbox:
    return add_mailbox(name="Support", address="support@desk.example", team=support, by=SYSTEM, at=at)


def raw(
    name: str = "<one@example.org>",
    *,
    sender: str = "Carla Ruiz <carla@example.org>",
    to: str = "support@desk.example",
    text: str = "Hello.",
    date: str = "Tue, 10 Mar 2026 08:55:00 +0000",
    headers: Iterable[str] = (),
) -> bytes:
    lines = [
        *(f"From: {sender}",) * bool(sender),
        f"To: {to}",
        "Subject: My table",
        f"Date: {date}",
        *(f"Message-ID: {name}",) * bool(name),
        *headers,
    ]
    return "\r\n".join([*lines, "", text, ""]).encode()


def read(raw: bytes, mailbox: Mailbox | None, at: datetime, **envelope: object) -> Letter:
    letter = keep_letter(raw, mailbox=mailbox, by=SYSTEM, at=at, **envelope)  # type: ignore[arg-type]  # a test's shorthand
    while read_letters(by=SYSTEM, at=at):
        pass
    letter.refresh_from_db()
    return letter


def test_a_letter_becomes_a_touchpoint_in_a_conversation_of_its_mailboxs_team(
    mailbox: Mailbox, support: Team, at: datetime
) -> None:
    letter = read(raw(), mailbox, at)
    touchpoint = Touchpoint.objects.get()
    assert (letter.fate, letter.touchpoint, letter.read_at) == ("read", touchpoint, at)
    assert (touchpoint.text, touchpoint.subject, touchpoint.reference) == ("Hello.", "My table", "<one@example.org>")
    assert touchpoint.occurred_at == at - timedelta(minutes=5)
    assert touchpoint.conversation.team == support
    assert touchpoint.customer.name == "Carla Ruiz"
    assert touchpoint.parties == {
        "from": "carla@example.org",
        "to": ["support@desk.example"],
        "cc": [],
        "names": {"carla@example.org": "Carla Ruiz"},
    }
    assert MailThread.objects.get(pk=touchpoint.conversation_id).mailbox == mailbox
    assert set(letter.timings) >= {"read", "recognise_sender", "receive"}


@pytest.mark.parametrize(
    ("date", "minutes_before"),
    [
        ("Tue, 10 Mar 2026 08:00:00 +0000", 60),
        ("Tue, 10 Mar 2026 09:05:00 +0000", 0),
        ("Fri, 10 Mar 2056 09:05:00 +0000", 0),
        ("Mon, 10 Mar 2025 09:05:00 +0000", 0),
        ("no day at all", 0),
    ],
)
def test_a_date_is_believed_only_where_it_can_be_true(
    mailbox: Mailbox, at: datetime, date: str, minutes_before: int
) -> None:
    letter = read(raw(date=date), mailbox, at)
    assert letter.touchpoint is not None
    assert letter.touchpoint.occurred_at == at - timedelta(minutes=minutes_before)


def test_the_same_letter_through_another_door_changes_nothing(mailbox: Mailbox, at: datetime, work: Work) -> None:
    read(raw(), mailbox, at)
    work(at)
    entries = Entry.objects.count()
    read(b"Received: from elsewhere\r\n" + raw(), mailbox, at + timedelta(minutes=1))
    work(at + timedelta(minutes=1))
    assert Touchpoint.objects.count() == 1
    assert Entry.objects.count() == entries


def test_a_different_letter_under_the_same_message_id_stands_beside_the_first(mailbox: Mailbox, at: datetime) -> None:
    read(raw(), mailbox, at)
    other = read(raw(text="Something else."), mailbox, at)
    assert sorted(Touchpoint.objects.values_list("text", flat=True)) == ["Hello.", "Something else."]
    assert Conversation.objects.count() == 1
    assert any("same Message-ID" in remark for remark in other.remarks)


def test_two_different_letters_under_one_name_in_one_batch_are_both_shown(mailbox: Mailbox, at: datetime) -> None:
    for text in ("First.", "Second.", "Third."):
        keep_letter(raw(text=text), mailbox=mailbox, by=SYSTEM, at=at)
    read_letters(by=SYSTEM, at=at)
    assert Touchpoint.objects.count() == 3


def test_letters_without_message_id_are_told_apart(mailbox: Mailbox, at: datetime) -> None:
    for text in ("First.", "Second.", "First."):
        read(raw("", text=text), mailbox, at)
    assert sorted(Touchpoint.objects.values_list("text", flat=True)) == ["First.", "Second."]


def test_a_reply_is_found_by_the_token_in_the_address_even_from_a_second_address(
    mailbox: Mailbox, carla: Customer, at: datetime
) -> None:
    conversation = written(carla, at=at)
    add_address(carla, "carla@work.example", kind="email", by=SYSTEM, at=at)
    to = plus_address("support@desk.example", conversation.pk)
    letter = read(raw(sender="carla@work.example", to=to, name="<two@work.example>"), None, at)
    assert letter.touchpoint is not None
    assert letter.touchpoint.conversation == conversation
    assert letter.touchpoint.customer == carla


def test_a_stranger_who_quotes_our_message_id_gets_no_answer_of_the_customers(
    mailbox: Mailbox, ada: Agent, carla: Customer, at: datetime, work: Work
) -> None:
    conversation = read(raw(), mailbox, at).touchpoint.conversation  # type: ignore[union-attr]  # it is read
    ours = answer_conversation(conversation, text="On Friday.", by=ada.actor, at=at + timedelta(minutes=1))
    work(at + timedelta(minutes=2))
    ours.refresh_from_db()
    assert conversation_in((), (ours.reference,)) == conversation.pk
    quoting = [f"In-Reply-To: {ours.reference}", f"References: {ours.reference}"]
    later = at + timedelta(minutes=3)
    stranger = read(raw("<2@elsewhere.example>", sender="zoe@elsewhere.example", headers=quoting), mailbox, later)
    assert stranger.touchpoint is not None
    assert stranger.touchpoint.conversation_id != conversation.pk
    carlas = read(raw("<3@example.org>", headers=quoting), mailbox, later)
    assert carlas.touchpoint is not None
    assert carlas.touchpoint.conversation_id == conversation.pk


def test_a_forged_token_opens_a_conversation_of_its_own(mailbox: Mailbox, carla: Customer, at: datetime) -> None:
    conversation = written(carla, at=at)
    to = plus_address("support@desk.example", conversation.pk).replace("@", "x@")
    letter = read(raw(sender="zoe@example.com", to=to), mailbox, at)
    assert letter.touchpoint is not None
    assert letter.touchpoint.conversation != conversation


def test_a_reply_is_found_by_its_references(mailbox: Mailbox, at: datetime) -> None:
    first = read(raw(), mailbox, at)
    headers = ["In-Reply-To: <one@example.org>", "References: <one@example.org>"]
    second = read(raw("<two@example.org>", headers=headers), mailbox, at)
    assert first.touchpoint is not None
    assert second.touchpoint is not None
    assert second.touchpoint.conversation == first.touchpoint.conversation


def test_an_answer_of_the_customer_takes_a_settled_conversation_up_again(
    mailbox: Mailbox, ada: Agent, at: datetime
) -> None:
    first = read(raw(), mailbox, at)
    assert first.touchpoint is not None
    conversation = first.touchpoint.conversation
    resolve_conversation(conversation, by=ada.actor, at=at)
    read(raw("<two@example.org>", headers=["In-Reply-To: <one@example.org>"]), mailbox, at + timedelta(hours=1))
    conversation.refresh_from_db()
    assert conversation.state == "open"


def test_an_automatic_answer_leaves_it_settled(mailbox: Mailbox, ada: Agent, at: datetime) -> None:
    first = read(raw(), mailbox, at)
    assert first.touchpoint is not None
    conversation = first.touchpoint.conversation
    resolve_conversation(conversation, by=ada.actor, at=at)
    headers = ["In-Reply-To: <one@example.org>", "Auto-Submitted: auto-replied"]
    letter = read(raw("<two@example.org>", headers=headers), mailbox, at + timedelta(hours=1))
    conversation.refresh_from_db()
    assert letter.is_automatic
    assert letter.touchpoint is not None
    assert letter.touchpoint.is_automatic
    assert conversation.state == "resolved"


def test_our_own_letter_that_comes_back_is_refused(
    mailbox: Mailbox, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    conversation = written(carla, at=at)
    answer_conversation(conversation, text="It comes.", by=ada.actor, at=at)
    work(at)
    ours = Touchpoint.objects.get(direction="out")
    letter = read(raw(ours.reference, sender="support@desk.example"), mailbox, at)
    assert (letter.fate, letter.reason) == ("refused", "own_echo")
    assert Entry.objects.filter(kind="letter.refused").count() == 1


def test_a_contact_form_in_our_name_is_from_whom_it_says_to_answer(mailbox: Mailbox, at: datetime) -> None:
    letter = read(raw(sender="support@desk.example", headers=["Reply-To: Karim <karim@example.net>"]), mailbox, at)
    assert letter.touchpoint is not None
    assert Address.objects.filter(value="karim@example.net", customer=letter.touchpoint.customer).exists()


def test_a_bounce_fails_the_answer_it_is_about_and_the_address(
    mailbox: Mailbox, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    conversation = written(carla, at=at)
    answer_conversation(conversation, text="It comes.", by=ada.actor, at=at)
    work(at)
    ours = Touchpoint.objects.get(direction="out")
    returned = (LETTERS / "bounce-postfix.eml").read_bytes().replace(b"<out7@desk.example>", ours.reference.encode())
    letter = read(returned.replace(b"gone@example.net", b"carla@example.org"), mailbox, at)
    ours.refresh_from_db()
    assert (letter.fate, letter.touchpoint) == ("read", ours)
    assert ours.delivery == "failed"
    assert "5.1.1" in ours.delivery_detail
    assert Address.objects.get(value="carla@example.org").failing_since_at == at
    assert Touchpoint.objects.count() == 2


def test_a_bounce_finds_its_answer_by_the_address_it_was_sent_to(
    mailbox: Mailbox, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    conversation = written(carla, at=at)
    answer_conversation(conversation, text="It comes.", by=ada.actor, at=at)
    work(at)
    returned = (LETTERS / "bounce-qmail.eml").read_bytes()
    envelope_to = [plus_address("support@desk.example", conversation.pk)]
    read(returned, mailbox, at, envelope_to=envelope_to)
    assert Touchpoint.objects.get(direction="out").delivery == "failed"


def test_a_bounce_of_nothing_of_ours_is_refused_and_can_be_seen(mailbox: Mailbox, at: datetime) -> None:
    letter = read((LETTERS / "bounce-postfix.eml").read_bytes(), mailbox, at)
    assert (letter.fate, letter.reason) == ("refused", "stray_bounce")
    assert not Conversation.objects.exists()


def test_a_receipt_is_kept_with_its_letter_and_troubles_nobody(
    mailbox: Mailbox, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    conversation = written(carla, at=at)
    answer_conversation(conversation, text="It comes.", by=ada.actor, at=at)
    work(at)
    ours = Touchpoint.objects.get(direction="out")
    receipt = (LETTERS / "read-receipt.eml").read_bytes()
    assert read(receipt, mailbox, at).reason == "stray_report"
    letter = read(receipt.replace(b"<out1@desk.example>", ours.reference.encode()) + b"again", mailbox, at)
    assert letter.touchpoint == ours
    assert Touchpoint.objects.count() == 2


def test_a_letter_without_sender_is_refused_and_read_when_a_lead_says_whose_it_is(
    mailbox: Mailbox, lin: Agent, at: datetime
) -> None:
    letter = read(raw(sender=""), mailbox, at)
    assert (letter.fate, letter.reason) == ("refused", "no_sender")
    replay_letter(letter, treat_as_from="Karim@Example.net", by=lin.actor, at=at)
    read_letters(by=SYSTEM, at=at)
    letter.refresh_from_db()
    assert (letter.fate, letter.replayed_by, letter.replayed_at) == ("read", lin, at)
    assert Address.objects.filter(value="karim@example.net").exists()
    assert Entry.objects.filter(kind="letter.replayed").count() == 1


def test_replaying_a_letter_that_is_in_a_conversation_changes_nothing(
    mailbox: Mailbox, lin: Agent, at: datetime
) -> None:
    letter = read(raw(), mailbox, at)
    replay_letter(letter, by=lin.actor, at=at)
    letter.refresh_from_db()
    assert (letter.fate, letter.replayed_at) == ("read", None)
    assert not Entry.objects.filter(kind="letter.replayed").exists()


def test_a_sender_nobody_can_answer_is_refused(mailbox: Mailbox, at: datetime) -> None:
    letter = read(raw(sender=f"<{'x' * 300}@example.org>"), mailbox, at)
    assert (letter.fate, letter.reason) == ("refused", "bad_sender")


def test_a_poisoned_letter_is_laid_aside_and_the_others_are_read(
    mailbox: Mailbox, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poisoned(work: steps.Work) -> steps.Verdict:
        if "poison" in work.reading.text:
            Customer.objects.create(name="half done", first_seen_at=at)
            raise ZeroDivisionError("of poison")
        return steps.receive(work)

    monkeypatch.setattr(steps, "STEPS", (*steps.STEPS[:-1], poisoned))
    for number in range(5):
        text = "poison" if number == 2 else "fine"
        keep_letter(raw(f"<{number}@x.example>", text=text), mailbox=mailbox, by=SYSTEM, at=at)
    read_letters(by=SYSTEM, at=at)
    assert Touchpoint.objects.count() == 4
    letter = Letter.objects.exclude(fate="read").get()
    assert (letter.fate, letter.reason) == ("unreadable", "failed")
    assert "of poison" in letter.detail
    assert "ZeroDivisionError" in letter.traceback
    assert not Customer.objects.filter(name="half done").exists()
    assert Entry.objects.filter(kind="letter.refused").count() == 1


def test_a_busy_database_is_nobodys_fault(mailbox: Mailbox, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(work: steps.Work) -> steps.Verdict:
        raise OperationalError("database is locked")

    keep_letter(raw(), mailbox=mailbox, by=SYSTEM, at=at)
    keep_letter(raw("<two@example.org>"), mailbox=mailbox, by=SYSTEM, at=at)
    with monkeypatch.context() as patch:
        patch.setattr(steps, "STEPS", (busy,))
        for _ in range(10):
            with pytest.raises(OperationalError):
                read_letters(by=SYSTEM, at=at)
    assert set(Letter.objects.values_list("fate", "attempts")) == {("kept", 0)}
    read_letters(by=SYSTEM, at=at)
    assert Touchpoint.objects.count() == 2


def test_a_letter_that_kills_the_reader_is_read_alone_and_then_given_up(
    mailbox: Mailbox, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """What a process feels that is killed: nothing catches it."""

    def deadly(work: steps.Work) -> steps.Verdict:
        if work.letter.message_id == "<deadly@x.example>":
            raise Killed
        return steps.receive(work)

    for name in ("<a@x.example>", "<deadly@x.example>", "<b@x.example>"):
        keep_letter(raw(name), mailbox=mailbox, by=SYSTEM, at=at)
    monkeypatch.setattr(steps, "STEPS", (*steps.STEPS[:-1], deadly))
    deaths = 0
    for _ in range(20):
        try:
            if not read_letters(by=SYSTEM, at=at):
                break
        except Killed:
            deaths += 1
    assert deaths <= MAX_DEATHS + 1
    assert Touchpoint.objects.count() == 2
    letter = Letter.objects.exclude(fate="read").get()
    assert (letter.message_id, letter.fate, letter.reason) == ("<deadly@x.example>", "unreadable", "reader_died")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL knows by its locks who reads")
def test_what_another_worker_is_at_has_killed_nobody(
    mailbox: Mailbox, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes while a letter is taken apart leaves it, however many they are."""
    letter = keep_letter(raw(), mailbox=mailbox, by=SYSTEM, at=at)
    said: list[str] = []

    def meanwhile(*given: object) -> Reading:
        for _ in range(MAX_DEATHS + 1):
            try:
                said.append(str(read_letters(by=SYSTEM, at=at)))
            except InOtherHands:
                said.append("in other hands")
        return understand(*given)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(reading, "read", meanwhile)
    read_letters(by=SYSTEM, at=at)
    letter.refresh_from_db()
    assert said == ["in other hands"] * (MAX_DEATHS + 1)
    assert (letter.fate, letter.attempts) == ("read", 1)


def test_damaged_bytes_are_said_and_not_fatal(mailbox: Mailbox, at: datetime) -> None:
    letter = keep_letter(raw(text="x" * 5000), mailbox=mailbox, by=SYSTEM, at=at)
    RawLetter.objects.filter(pk=letter.pk).update(content=b"damaged")
    read_letters(by=SYSTEM, at=at)
    letter.refresh_from_db()
    assert (letter.fate, letter.reason) == ("refused", "no_sender")
    assert "damaged" in letter.remarks[0]


def test_every_letter_of_the_collection_has_a_fate(mailbox: Mailbox, at: datetime) -> None:
    paths = sorted(LETTERS.glob("*.eml"))
    for path in paths:
        keep_letter(path.read_bytes(), mailbox=mailbox, by=SYSTEM, at=at)
    while read_letters(by=SYSTEM, at=at):
        pass
    assert Letter.objects.count() == len(paths)
    assert not Letter.objects.filter(fate__in=["kept", "unreadable"]).exists()
    reasons = set(Letter.objects.filter(fate="refused").values_list("reason", flat=True))
    assert reasons <= {"no_sender", "bad_sender", "stray_bounce", "stray_report"}


def test_a_batch_costs_few_queries(
    mailbox: Mailbox, at: datetime, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(20):
        answers = [f"In-Reply-To: <{number - 1}@x.example>"] if number % 3 == 2 else []
        keep_letter(raw(f"<{number}@x.example>", headers=answers), mailbox=mailbox, by=SYSTEM, at=at)
    # SQLite's log of statements has each row of a statement that writes many.
    most = 60 if connection.vendor == "postgresql" else 50 + 20 * 5
    with django_assert_max_num_queries(most):  # type: ignore[attr-defined]  # a context manager
        read_letters(by=SYSTEM, at=at)


def test_settled_matters_of_buyers_are_taken_up_again_in_as_many_statements_as_one(
    mailbox: Mailbox, at: datetime
) -> None:
    for number in range(5):
        begun = read(raw(f"<{number}@x.example>", sender=f"p{number}@x.example"), mailbox, at)
        assert begun.touchpoint is not None
        order = {"number": str(number), "title": "Table", "amount_cents": 1, "placed_at": at - timedelta(days=3)}
        place_order(begun.touchpoint.customer, **order, by=SYSTEM, at=at)  # type: ignore[arg-type]  # a test's shorthand
        resolve_conversation(begun.touchpoint.conversation, by=SYSTEM, at=at)
    asked = []
    for first, last in ((0, 1), (1, 5)):
        for number in range(first, last):
            answer = raw(
                f"<a{number}@x.example>", sender=f"p{number}@x.example", headers=[f"In-Reply-To: <{number}@x.example>"]
            )
            keep_letter(answer, mailbox=mailbox, by=SYSTEM, at=at + timedelta(minutes=5))
        seen: list[str] = []
        with connection.execute_wrapper(lambda execute, *args, seen=seen: (seen.append(args[0]), execute(*args))[1]):
            read_letters(by=SYSTEM, at=at + timedelta(minutes=5))
        asked.append(len(seen))
    assert asked[1] <= asked[0]
    assert not Conversation.objects.filter(state="resolved").exists()
    assert Resolution.objects.filter(reopened_at=at + timedelta(minutes=5)).count() == 5
    assert set(Touchpoint.objects.filter(reference__startswith="<a").values_list("phase", flat=True)) == {"during"}


class _TakenBack(Exception):
    pass


def brought_about(mailbox: Mailbox, letters: Iterable[bytes], at: datetime, keep: Callable[[], object]) -> list[object]:
    """Everything that these letters, read one after the other, have brought about; then it has not happened."""
    told: list[object] = []
    with suppress(_TakenBack), transaction.atomic():
        for number, each in enumerate(letters):
            keep_letter(each, mailbox=mailbox, by=SYSTEM, at=at + timedelta(seconds=number))
        keep()
        fates = Letter.objects.order_by("kept_at", "pk")
        told += fates.values_list("message_id", "fate", "reason", "detail", "remarks", "touchpoint__reference")
        first = {row.pk: number for number, row in enumerate(Conversation.objects.order_by("pk"))}
        for touchpoint in Touchpoint.objects.select_related("customer").order_by("reference"):
            told.append((
                touchpoint.reference, first[touchpoint.conversation_id], touchpoint.customer.name, touchpoint.text,
                touchpoint.quoted, touchpoint.signature, touchpoint.occurred_at, touchpoint.is_automatic, touchpoint.phase,
                touchpoint.parties, touchpoint.brought, touchpoint.customer.avoid,
                sorted(touchpoint.customer.addresses.values_list("value", "likeness")),
                sorted(touchpoint.attachments.values_list("name", "size", "digest")),
            ))  # fmt: skip
        columns = ("state", "touch_count", "reopen_count", "last_touch_at", "last_inbound_at", "awaits_us_since_at",
                   "last_snippet", "subject", "channel", "team__name", "customer__name")  # fmt: skip
        told += Conversation.objects.order_by("pk").values_list(*columns)
        told += Participant.objects.order_by("conversation", "address").values_list(
            "address", "name", "role", "joined_at"
        )
        told += Entry.objects.order_by("pk").values_list("kind", "occurred_at", "actor_kind")
        told.append(sorted(first[pk] for pk in MailThread.objects.values_list("pk", flat=True)))
        raise _TakenBack
    return told


def test_what_letters_bring_about_together_is_what_each_brings_about_alone(
    mailbox: Mailbox, ada: Agent, carla: Customer, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = written(carla, at=at - timedelta(days=2))
    answer_conversation(matter, text="It is on its way.", by=ada.actor, at=at - timedelta(days=1))
    resolve_conversation(matter, by=ada.actor, at=at - timedelta(days=1))
    token = plus_address("support@desk.example", matter.pk)
    letters = [
        *(path.read_bytes() for path in sorted(LETTERS.glob("*.eml"))[::2]),
        raw("<a@carla.example>", sender="carla@example.org", to=token, text="Where is it?\nCarla"),
        raw("<b@carla.example>", sender="carla@example.org", headers=["In-Reply-To: <a@carla.example>"]),
        raw("<c@carla.example>", sender="carla@example.org", to=token, text="Is anybody there?"),
        raw("<d@carla.example>", sender="zoe@elsewhere.example", headers=["References: <b@carla.example>"]),
        raw("<e@carla.example>", sender="karl@new.example", text="A first letter."),
        raw("<f@carla.example>", sender="karl@new.example", headers=["References: <e@carla.example>"]),
        *(
            raw(f"<again{turn}@m.example>", sender="m@m.example", headers=[f"In-Reply-To: <again{turn - 1}@m.example>"],
                text="I am away until Monday the 14th, please write to my colleague.")
            for turn in range(5)
        ),
    ]  # fmt: skip
    whole = brought_about(mailbox, letters, at, lambda: read_to_the_end(at))
    with monkeypatch.context() as patched:
        patched.setattr(claiming, "BATCH", 1)
        one_by_one = brought_about(mailbox, letters, at, lambda: read_to_the_end(at))
    assert whole == one_by_one

    plain = reading._read_opened
    monkeypatch.setattr(reading, "_read_opened", lambda opened, alone, by, at: plain(opened, alone=True, by=by, at=at))
    assert brought_about(mailbox, letters, at, lambda: read_to_the_end(at)) == one_by_one


def read_to_the_end(at: datetime) -> None:
    while read_letters(by=SYSTEM, at=at + timedelta(minutes=30)):
        pass


def test_a_full_disk_is_not_the_letters_fault(
    mailbox: Mailbox, at: datetime, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(content: bytes) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    enclosed = raw(headers=['Content-Type: application/pdf; name="plan.pdf"'])
    letter = keep_letter(enclosed, mailbox=mailbox, by=SYSTEM, at=at)
    with monkeypatch.context() as patched:
        patched.setattr("rung.touchpoints.verbs.receiving.keep_content", full)
        for _try in range(MAX_DEATHS + 2):
            with pytest.raises(OSError, match="No space"):
                read_letters(by=SYSTEM, at=at)
    letter.refresh_from_db()
    assert (letter.fate, letter.attempts) == ("kept", 0)
    work(at)
    letter.refresh_from_db()
    assert letter.fate == "read"
