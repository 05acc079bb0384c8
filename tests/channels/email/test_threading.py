"""Letters as they come, with what servers and programs leave of the thread, and where they go."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError

from rung.accounts.models import Agent, Team
from rung.channels.email import steps
from rung.channels.email.models import Letter, Mailbox, ThreadName
from rung.channels.email.tokens import HEADER, conversations_quoted, message_id_for, plus_address, token_for
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.reading import read_letters
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.journal.models import Entry
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import answer_conversation, name_touchpoint

MINUTE = timedelta(minutes=1)
CARLA, KARIM, ZOE = "carla@example.org", "karim@example.net", "zoe@elsewhere.example"
INDEX = b64encode(b"\x01" + bytes(range(21))).decode()
LATER_INDEX = b64encode(b"\x01" + bytes(range(21)) + b"\x00\x01\x02\x03\x04").decode()


@pytest.fixture
def mailbox(support: Team, at: datetime) -> Mailbox:
    return add_mailbox(name="Support", address="support@desk.example", team=support, by=SYSTEM, at=at)


def letter(
    name: str,
    *,
    sender: str = CARLA,
    to: str = "support@desk.example",
    cc: str = "",
    subject: str = "My table has not come",
    text: str = "Hello.",
    headers: Iterable[str] = (),
    refers: Iterable[str] = (),
) -> bytes:
    references = list(refers)
    lines = [
        f"From: {sender}",
        f"To: {to}",
        *(f"Cc: {cc}",) * bool(cc),
        f"Subject: {subject}",
        "Date: Tue, 10 Mar 2026 08:55:00 +0000",
        f"Message-ID: {name}",
        *(f"In-Reply-To: {references[-1:] and references[-1]}", f"References: {' '.join(references)}")
        * bool(references),
        *headers,
    ]
    return "\r\n".join([*lines, "", text, ""]).encode()


def keep(raw: bytes, mailbox: Mailbox | None, at: datetime) -> Letter:
    return keep_letter(raw, mailbox=mailbox, by=SYSTEM, at=at)


def read_all(at: datetime) -> None:
    while read_letters(by=SYSTEM, at=at):
        pass


def read(raw: bytes, mailbox: Mailbox | None, at: datetime) -> Touchpoint:
    kept = keep(raw, mailbox, at)
    read_all(at)
    kept.refresh_from_db()
    assert kept.touchpoint is not None, kept.reason
    return kept.touchpoint


@pytest.fixture
def matter(mailbox: Mailbox, ada: Agent, at: datetime) -> Conversation:
    """Carla wrote with Karim in copy, in an Outlook thread, and Ada has answered."""
    first = read(letter("<one@example.org>", cc=KARIM, headers=[f"Thread-Index: {INDEX}"]), mailbox, at)
    answer = answer_conversation(first.conversation, text="On Friday.", by=ada.actor, at=at + MINUTE)
    name_touchpoint(answer, message_id_for(first.conversation_id, answer.pk, "desk.example"), by=SYSTEM, at=at)
    return first.conversation


def ours(matter: Conversation) -> str:
    return str(matter.touchpoints.filter(direction="out").values_list("reference", flat=True).get())


def trace(kind: str, matter: Conversation) -> dict[str, object]:
    """What of the thread a program or server has left in the next letter."""
    return {
        "the token in the address": {"to": plus_address("support@desk.example", matter.pk)},
        "our Message-ID": {"refers": [ours(matter)]},
        "our Message-ID in upper case": {"refers": [ours(matter).upper()]},
        "our Message-ID cut short": {"refers": [ours(matter).rsplit("@", 1)[0] + ">"]},
        "our Message-ID of a letter that is gone": {"refers": [message_id_for(matter.pk, 999_999, "desk.example")]},
        "the first letter's Message-ID": {"refers": ["<one@example.org>", "<rewritten@mail.example>"]},
        "a Thread-Index": {"headers": [f"Thread-Index: {LATER_INDEX}"], "refers": ["<rewritten@mail.example>"]},
        "our own header": {"headers": [f"{HEADER}: {token_for(matter.pk)}"]},
        "our address, quoted": {
            "text": f"Yes.\r\n\r\n> Reply-To: {plus_address('support@desk.example', matter.pk)}\r\n> On Friday.",
            "subject": "something else",
        },
        "our Message-ID, quoted": {
            "text": f"Yes.\r\n\r\n-----Original Message-----\r\nMessage-ID: {ours(matter)}\r\nOn Friday.",
            "subject": "something else",
        },
    }[kind]  # type: ignore[return-value]  # one dictionary of keywords each


TRACES = [
    "the token in the address",
    "our Message-ID",
    "our Message-ID in upper case",
    "our Message-ID cut short",
    "our Message-ID of a letter that is gone",
    "the first letter's Message-ID",
    "a Thread-Index",
    "our own header",
    "our address, quoted",
    "our Message-ID, quoted",
]


@pytest.mark.parametrize("kind", TRACES)
@pytest.mark.parametrize("sender", [CARLA, KARIM])
def test_whatever_is_left_of_the_thread_leads_those_who_take_part_into_it(
    kind: str, sender: str, matter: Conversation, mailbox: Mailbox, at: datetime
) -> None:
    found = read(letter("<two@x>", sender=sender, **trace(kind, matter)), mailbox, at + 5 * MINUTE)  # type: ignore[arg-type]  # a trace fills one
    assert found.conversation == matter


@pytest.mark.parametrize("kind", TRACES)
def test_the_same_leads_no_stranger_into_it(kind: str, matter: Conversation, mailbox: Mailbox, at: datetime) -> None:
    before = list(Touchpoint.objects.filter(conversation=matter).order_by("pk").values())
    found = read(letter("<two@x>", sender=ZOE, **trace(kind, matter)), mailbox, at + 5 * MINUTE)  # type: ignore[arg-type]  # a trace fills one
    assert found.conversation.mentions == matter
    assert list(Touchpoint.objects.filter(conversation=matter).order_by("pk").values()) == before


def test_an_answer_that_comes_before_its_question_waits_for_it_in_the_same_conversation(
    mailbox: Mailbox, at: datetime
) -> None:
    answer = read(letter("<b@x>", sender=KARIM, cc=CARLA, refers=["<a@x>"]), mailbox, at)
    question = read(letter("<a@x>", cc=KARIM, text="The question."), mailbox, at + MINUTE)
    assert question.conversation == answer.conversation


def test_two_answers_to_a_letter_we_never_saw_are_one_matter(mailbox: Mailbox, at: datetime) -> None:
    for name in ("<b@x>", "<c@x>"):
        keep(letter(name, cc=KARIM, refers=["<unseen@x>"], text=name), mailbox, at)
    read_all(at)
    assert Conversation.objects.count() == 1


def test_names_are_left_by_what_opens_and_by_nothing_else(mailbox: Mailbox, at: datetime) -> None:
    read(letter("<a@x>"), mailbox, at)
    assert not ThreadName.objects.exists()
    read(letter("<b@x>", refers=["<a@x>"]), mailbox, at)
    assert not ThreadName.objects.exists()
    read(letter("<c@x>", refers=[f"<{number}@y>" for number in range(60)], subject="Other"), mailbox, at)
    assert 0 < ThreadName.objects.count() <= 8


def test_a_letter_to_two_of_our_mailboxes_is_one_conversation(mailbox: Mailbox, billing: Team, at: datetime) -> None:
    other = add_mailbox(name="Billing", address="billing@desk.example", team=billing, by=SYSTEM, at=at)
    both = letter("<a@x>", to="support@desk.example, billing@desk.example")
    keep(b"Delivered-To: support@desk.example\r\n" + both, mailbox, at)
    read_all(at)
    keep(b"Delivered-To: billing@desk.example\r\n" + both, other, at + MINUTE)
    read_all(at + MINUTE)
    assert Touchpoint.objects.count() == 1
    assert not Touchpoint.objects.get().conversation.participants.filter(address__endswith="desk.example").exists()


FOOTER = (
    "_______________________________________________\r\nteam mailing list\r\n"
    "To unsubscribe: https://lists.desk.example/team"
)


@pytest.mark.parametrize("footer_first", [True, False])
def test_a_letter_that_also_came_through_a_list_with_a_footer_is_one(
    footer_first: bool, mailbox: Mailbox, at: datetime
) -> None:
    plain = letter("<a@x>", text="Hello.\r\n\r\nWhere is it?")
    footed = letter("<a@x>", text=f"Hello.\r\n\r\nWhere is it?\r\n\r\n{FOOTER}", subject="[team] My table has not come")
    first, second = (footed, plain) if footer_first else (plain, footed)
    keep(first, mailbox, at)
    read_all(at)
    entries = Entry.objects.count()
    copy = keep(second, mailbox, at + MINUTE)
    read_all(at + MINUTE)
    copy.refresh_from_db()
    assert Touchpoint.objects.count() == 1
    assert (copy.fate, copy.touchpoint) == ("read", Touchpoint.objects.get())
    assert Entry.objects.count() == entries


def test_through_both_doors_at_once_and_changed_on_the_way_it_is_one(mailbox: Mailbox, at: datetime) -> None:
    keep(letter("<a@x>", text="Hello."), mailbox, at)
    keep(letter("<a@x>", text=f"Hello.\r\n\r\n{FOOTER}"), mailbox, at)
    read_all(at)
    assert Touchpoint.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        letter("<a@x>", text="Hello. And another thing."),
        letter("<a@x>", text="Hello.\r\n\r\nI forgot: it is the blue one."),
        letter("<a@x>", sender=KARIM, text="Hello."),
    ],
)
def test_what_says_more_under_the_same_message_id_is_shown(other: bytes, mailbox: Mailbox, at: datetime) -> None:
    read(letter("<a@x>", text="Hello."), mailbox, at)
    read(other, mailbox, at + MINUTE)
    assert Touchpoint.objects.count() == 2


def test_a_strangers_letter_under_a_known_message_id_changes_nothing_there(
    matter: Conversation, mailbox: Mailbox, at: datetime
) -> None:
    found = read(letter("<one@example.org>", sender=ZOE, text="Me too."), mailbox, at + 5 * MINUTE)
    assert found.conversation.mentions == matter


def test_a_colleague_who_writes_is_an_internal_customer_and_does_nothing_as_an_agent(
    matter: Conversation, mailbox: Mailbox, ada: Agent, at: datetime
) -> None:
    found = read(letter("<two@x>", sender="Ada <Ada@desk.example>", refers=[ours(matter)]), mailbox, at + 5 * MINUTE)
    assert found.customer.is_internal
    assert (found.direction, found.agent) == ("in", None)
    assert found.conversation != matter
    assert not Entry.objects.filter(touchpoint=found.pk, actor_kind="agent").exists()


def test_a_colleague_in_copy_joins(mailbox: Mailbox, ada: Agent, at: datetime) -> None:
    first = read(letter("<one@x>", cc="ada@desk.example"), mailbox, at)
    found = read(letter("<two@x>", sender="ada@desk.example", refers=["<one@x>"]), mailbox, at + MINUTE)
    assert found.conversation == first.conversation
    assert found.direction == "in"


def test_names_and_everyone_written_to_are_kept(mailbox: Mailbox, at: datetime) -> None:
    found = read(
        letter("<a@x>", sender="Carla Ruiz <Carla@Example.org>", cc='"Haddad, Karim" <Karim@Example.net>'), mailbox, at
    )
    assert found.parties["cc"] == [KARIM]
    assert found.parties["names"] == {CARLA: "Carla Ruiz", KARIM: "Haddad, Karim"}
    assert [each.name for each in found.conversation.participants.order_by("pk")] == ["Carla Ruiz", "Haddad, Karim"]


def test_tokens_are_found_in_running_text_and_only_ours() -> None:
    forged = token_for(7)[:-1] + ("a" if token_for(7)[-1] != "a" else "b")
    text = f"see {plus_address('a@b.example', 5)}, <{token_for(6)}.2.x@b> and <{forged}.2.x@b> {token_for(9)}"
    assert conversations_quoted([text]) == (5, 6, 9)
    assert conversations_quoted(["+r1" * 50_000, "1" * 100_000]) == ()


def test_one_letter_is_followed_to_few_conversations() -> None:
    assert len(conversations_quoted([" ".join(token_for(number) for number in range(1, 40))])) == 5


def test_a_row_that_another_door_wrote_a_moment_ago_is_found_at_the_second_try(
    mailbox: Mailbox, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = []

    def beaten(*arguments: object, **named: object) -> Customer:
        met.append(arguments)
        if len(met) == 1:
            raise IntegrityError("another door was faster")
        return recognise_customer(*arguments, **named)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(steps, "recognise_customer", beaten)
    assert read(letter("<a@x>"), mailbox, at).customer.name == ""
    assert len(met) == 2
