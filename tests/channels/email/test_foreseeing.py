"""What a dry run says of each letter, beside what then happens to it; and how its page shows it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rung.accounts.models import Agent, Team
from rung.channels.email.fetching import Fetched
from rung.channels.email.models import Letter, Mailbox
from rung.channels.email.rehearsing import Line, as_json, rehearse
from rung.channels.email.tokens import message_id_for, plus_address
from rung.channels.email.verbs.intake import ask_rehearsal, end_rehearsal, go_live
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.sender import block_sender
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.touchpoints.models import Conversation
from tests.cast import Desk, written

LETTERS = Path(__file__).resolve().parents[2] / "letters"
CARLA = "Carla Ruiz <carla@example.org>"


@pytest.fixture
def mailbox(support: Team, at: datetime) -> Mailbox:
    return add_mailbox(
        name="Support", address="support@desk.example", team=support, stage="setup", spam_server="mx.desk.example",
        takes_plus_addresses=True, by=SYSTEM, at=at,
    )  # fmt: skip


def letter(subject: str, text: str = "Hello.", **headers: str) -> bytes:
    lines = {"From": CARLA, "To": "support@desk.example", "Subject": subject} | headers
    lines.setdefault("Message-ID", f"<{subject.lower().replace(' ', '-').replace(':', '')}@example.org>")
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items() if value)
    return f"{head}\r\n{text}\r\n".encode()


def foreseen(mailbox: Mailbox, *raws: bytes, at: datetime) -> list[Line]:
    """In the order of the letters."""
    return rehearse(mailbox, [Fetched(raw, at) for raw in raws], at=at)[::-1]


def test_it_is_said_by_what_a_letter_finds_its_conversation(mailbox: Mailbox, carla: Customer, at: datetime) -> None:
    known = written(
        carla,
        at=at - timedelta(days=3),
        subject="Oak table for our kitchen",
        reference="<ours-1@desk.example>",
    )
    ours = message_id_for(known.pk, 1, "desk.example")
    lines = foreseen(
        mailbox,
        letter("To the token", To=plus_address(mailbox.address, known.pk)),
        letter("To the letter", In_Reply_To="<ours-1@desk.example>"),
        letter("Quotes", f"Yes please.\r\n\r\n> Message-ID: {ours}\r\n> How about oak?"),
        letter("Re: Oak table for our kitchen"),
        letter("Begins", From="karim@example.org"),
        letter("Goes on", From="karim@example.org", References="<begins@example.org>"),
        at=at,
    )
    assert [(line.fate, line.trail, line.conversation) for line in lines] == [
        ("joins", "token", known.pk),
        ("joins", "reference", known.pk),
        ("joins", "quoted", known.pk),
        ("joins", "subject", known.pk),
        ("new", "", None),
        ("joins", "reference", None),
    ]


def test_what_a_form_wrote_in_our_name_is_of_whoever_filled_it_in(mailbox: Mailbox, at: datetime) -> None:
    [line] = foreseen(mailbox, letter("Form", From=f"Shop <{mailbox.address}>", Reply_To="zoe@example.org"), at=at)
    assert line.what == "a new conversation of zoe@example.org"


def test_letters_that_share_an_older_one_nobody_has_are_joined_by_their_thread(mailbox: Mailbox, at: datetime) -> None:
    lines = foreseen(
        mailbox,
        letter("Part two", References="<lost@example.org>"),
        letter("Part three", References="<lost@example.org>"),
        at=at,
    )
    assert [(line.fate, line.trail) for line in lines] == [("new", ""), ("joins", "thread")]


def test_a_stranger_who_names_a_conversation_opens_one_that_mentions_it(
    mailbox: Mailbox, carla: Customer, at: datetime
) -> None:
    known = written(carla, at=at - timedelta(days=3), reference="<ours-1@desk.example>")
    (line,) = foreseen(
        mailbox, letter("Let me in", From="zoe@stranger.example", In_Reply_To="<ours-1@desk.example>"), at=at
    )
    assert (line.fate, line.mentions, line.conversation) == ("new", known.pk, None)


def test_blocked_and_spam_and_known_and_laid_aside_are_told_apart(
    mailbox: Mailbox, at: datetime, client_of: Desk, root: Agent
) -> None:
    block_sender(mailbox, "@spammer.example", by=SYSTEM, at=at)
    keep_letter(letter("Here"), mailbox=mailbox, source="smtp", by=SYSTEM, at=at)
    Letter.objects.update(fate="read")
    received = "from evil.example by mx.desk.example; Mon, 02 Mar 2026 10:00:00 +0000"
    lines = foreseen(
        mailbox,
        letter("Here"),
        letter("Win", From="win@spammer.example"),
        b"X-Spam-Flag: YES\r\nReceived: " + received.encode() + b"\r\n" + letter("Pills", From="pills@evil.example"),
        letter("Nobody", From=""),
        letter("Twice"),
        letter("Twice"),
        at=at,
    )
    assert [line.fate for line in lines] == ["known", "blocked", "spam", "refused", "new", "known"]
    assert "blocked for this mailbox" in lines[1].reason
    assert lines[2].reason
    assert lines[3].what == "it does not say who wrote it"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("absence-de.eml", "absence"),
        ("receipt-displayed.eml", "receipt"),
        ("complaint-arf.eml", "complaint"),
    ],
)
def test_each_kind_of_a_machines_letter_is_called_by_its_name(
    mailbox: Mailbox, at: datetime, name: str, kind: str
) -> None:
    (line,) = foreseen(mailbox, (LETTERS / name).read_bytes(), at=at)
    assert (line.kind, line.is_automatic) == (kind, True)


def test_history_answers_nobody(mailbox: Mailbox, at: datetime) -> None:
    Mailbox.objects.update(live_from_at=at)
    mailbox.refresh_from_db()
    old = [
        Fetched(raw, at - timedelta(days=9)) for raw in (letter("One"), letter("Two", References="<one@example.org>"))
    ]
    assert {line.fate for line in rehearse(mailbox, old, at=at)} == {"history"}


def test_what_was_foreseen_is_what_happens(mailbox: Mailbox, carla: Customer, at: datetime, work: Any) -> None:
    written(carla, at=at - timedelta(days=3), subject="Oak table", reference="<ours-1@desk.example>")
    block_sender(mailbox, "@spammer.example", by=SYSTEM, at=at)
    raws = [
        letter("To the letter", In_Reply_To="<ours-1@desk.example>"),
        letter("Another matter"),
        letter("Win", From="win@spammer.example"),
        letter("Nobody", From=""),
        letter("Re: Another matter", In_Reply_To="<another-matter@example.org>"),
        (LETTERS / "absence-de.eml").read_bytes(),
    ]
    said = foreseen(mailbox, *raws, at=at)
    before = set(Conversation.objects.values_list("pk", flat=True))
    go_live(mailbox, by=SYSTEM, at=at)
    for raw in raws:
        keep_letter(raw, mailbox=mailbox, source="smtp", by=SYSTEM, at=at)
    work(at)
    became = []
    seen = set(before)
    for kept in Letter.objects.order_by("pk").select_related("touchpoint"):
        if kept.touchpoint is None:
            became.append("refused")
        elif kept.spam_reason:
            became.append("blocked")
        else:
            became.append("joins" if kept.touchpoint.conversation_id in seen else "new")
            seen.add(kept.touchpoint.conversation_id)
    assert became == [line.fate for line in said]


def test_the_page_counts_the_fates_and_shows_one_of_them_alone(
    mailbox: Mailbox, at: datetime, client_of: Desk, root: Agent, django_assert_max_num_queries: Any
) -> None:
    block_sender(mailbox, "@spammer.example", by=SYSTEM, at=at)
    lines = foreseen(
        mailbox,
        letter("First matter"),
        letter("Second matter", From="karim@example.org"),
        letter("Win", From="win@spammer.example"),
        letter("Monthly news", From="news@shop.example", List_Id="<news.shop.example>", Precedence="bulk"),
        (LETTERS / "absence-de.eml").read_bytes(),
        at=at,
    )
    ask_rehearsal(mailbox, by=SYSTEM, at=at)
    end_rehearsal(mailbox, lines=as_json(lines), by=SYSTEM, at=at)
    browser, address = client_of(root), f"/settings/mailboxes/{mailbox.pk}/rehearsal"
    with django_assert_max_num_queries(8):
        page = browser.get(address).content.decode()
    assert "2 letters are of a kind that a rule of yours could answer" in page or "could answer 2 of them" in page
    assert "out of office" in page
    assert 'href="?fate=blocked"' in page
    assert 'href="?fate=known"' not in page
    alone = browser.get(f"{address}?fate=blocked").content.decode()
    assert "win@spammer.example" in alone
    assert "First matter" not in alone
    machines = browser.get(f"{address}?fate=machines").content.decode()
    assert "First matter" not in machines
    assert "never: a machine wrote it" in machines
    assert "First matter" in browser.get(f"{address}?fate=nonsense").content.decode()


def test_a_dry_run_of_before_is_still_shown(mailbox: Mailbox, at: datetime, client_of: Desk, root: Agent) -> None:
    old = {
        "sender": "carla@example.org", "sender_name": "", "subject": "Of before", "arrived": at.isoformat(), "fate": "spam",
        "what": "goes to Spam", "is_automatic": True, "files": 0, "conversation": None, "reason": "",
    }  # fmt: skip
    ask_rehearsal(mailbox, by=SYSTEM, at=at)
    end_rehearsal(mailbox, lines=[old], by=SYSTEM, at=at)
    assert "Of before" in client_of(root).get(f"/settings/mailboxes/{mailbox.pk}/rehearsal").content.decode()
