"""Spam: which verdicts are believed, who is blocked or trusted, and the way back."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent
from rung.channels.email.errands import empty_spam
from rung.channels.email.models import KnownSender, Letter, Mailbox, RawLetter
from rung.channels.email.spam import verdict_of_server
from rung.channels.email.tokens import message_id_for, token_for
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox, change_mailbox
from rung.channels.email.verbs.sender import block_sender, forget_sender, trust_sender
from rung.core.actor import SYSTEM
from rung.journal.models import Entry
from rung.touchpoints.models import Conversation, Spam
from tests.cast import Desk

OURS = ("Received", "from out.example.net (1.2.3.4) by mx.desk.example with ESMTPS; Tue, 10 Mar 2026 08:00:00 +0000")
INSIDE = ("Received", "from mx.desk.example by store.desk.example with LMTP; Tue, 10 Mar 2026 08:00:01 +0000")
THEIRS = ("Received", "from bot by out.example.net; Tue, 10 Mar 2026 07:59:00 +0000")
FLAG, CLEAN = ("X-Spam-Flag", "YES"), ("X-Spam-Status", "No, score=0.1")


def verdict(*headers: tuple[str, str], server: str = "mx.desk.example", cleans: bool = False, score: int = 5) -> str:
    return verdict_of_server(headers, server=server, cleans=cleans, score=score)


@pytest.mark.parametrize(
    "header",
    [
        ("X-Spam-Flag", "YES"),
        ("X-Spam-Status", "Yes, score=7.2 required=5.0 tests=BAYES_99"),
        ("X-Spam-Status", "No, score=5.0 required=9"),
        ("X-Spam-Level", "*******"),
        ("X-Spam-Bar", "+++++++"),
        ("X-Spam-Score", "6.1"),
        ("X-Rspamd-Action", "add header"),
        ("X-Rspamd-Score", "15.20"),
        ("X-Spamd-Result", "default: True [12.10 / 15.00]; R_SPF_FAIL(1.0)"),
        ("X-MS-Exchange-Organization-SCL", "5"),
        ("X-Microsoft-Antispam", "BCL:7; SCL:9;"),
        ("X-Forefront-Antispam-Report", "CIP:1.2.3.4;SFV:SPM;SCL:6;"),
    ],
)
def test_each_filters_way_of_saying_spam_is_understood(header: tuple[str, str]) -> None:
    assert verdict(header, OURS, THEIRS)


@pytest.mark.parametrize(
    "header",
    [
        ("X-Spam-Flag", "NO"),
        ("X-Spam-Status", "No, score=-1.9 required=5.0"),
        ("X-Spam-Level", "**"),
        ("X-Spam-Level", ""),
        ("X-Rspamd-Action", "no action"),
        ("X-MS-Exchange-Organization-SCL", "-1"),
        ("X-MS-Exchange-Organization-SCL", "1"),
        ("X-Spam-Score", "nonsense"),
        ("X-Spam-Level", "*" * 5000),
    ],
)
def test_what_is_no_verdict_of_spam_is_none(header: tuple[str, str]) -> None:
    assert verdict(header, OURS) == ""


def test_a_strangers_headers_neither_help_nor_hurt() -> None:
    assert verdict(OURS, FLAG, THEIRS) == ""
    assert verdict(OURS, THEIRS, FLAG) == ""
    assert verdict(FLAG, THEIRS) == "", "the trusted server has not taken it in"
    assert verdict(FLAG, OURS, CLEAN, THEIRS) != "", "a forged “not spam” below does not outweigh the server's own"
    assert verdict(FLAG, OURS, server="") == "", "nobody is trusted"
    assert verdict(FLAG, ("Received", "by mx.desk.example.evil.test; x")) == ""
    assert verdict(FLAG, ("Received", "from mx.desk.example by evil.test; x")) == ""


def test_a_servers_inner_hops_count_to_it() -> None:
    assert verdict(INSIDE, FLAG, OURS, THEIRS, server="desk.example")
    assert verdict(FLAG, INSIDE, OURS, THEIRS, server="desk.example")
    assert verdict(INSIDE, THEIRS, FLAG, OURS, server="desk.example") == "", "a Received that the stranger copied"


def test_a_server_that_removes_forged_verdicts_may_write_its_own_below() -> None:
    assert verdict(OURS, FLAG, THEIRS, cleans=True)
    assert verdict(OURS, THEIRS, FLAG, cleans=True) == ""
    assert verdict(OURS, ("X-Spam-Flag", "NO"), FLAG, THEIRS, cleans=True) == "", "the first of a name is its own"


def test_where_points_are_given_the_mailbox_says_how_many_are_too_many() -> None:
    points = ("X-Spam-Score", "6.5")
    assert verdict(points, OURS, score=6)
    assert verdict(points, OURS, score=7) == ""


@pytest.fixture
def mailbox(db: None, at: datetime) -> Mailbox:
    return add_mailbox(name="Support", address="support@desk.example", spam_server="mx.desk.example", by=SYSTEM, at=at)


Came = Callable[..., Letter]


@pytest.fixture
def came(mailbox: Mailbox, at: datetime, work: Callable[..., None]) -> Came:
    numbers = iter(range(100))

    def arrive(sender: str = "carla@example.org", *, is_spam: bool = False, extra: str = "") -> Letter:
        n = next(numbers)
        raw = (
            ("X-Spam-Flag: YES\r\n" if is_spam else "")
            + f"Received: {OURS[1]}\r\nFrom: Carla <{sender}>\r\nTo: support@desk.example\r\nSubject: Letter {n}\r\n"
            + f"Message-ID: <{n}@example.org>\r\nDate: Tue, 10 Mar 2026 08:00:00 +0000\r\n{extra}\r\nHello {n}\r\n"
        )
        moment = at + timedelta(minutes=n)
        letter = keep_letter(raw.encode(), mailbox=mailbox, by=SYSTEM, at=moment)
        work(moment)
        letter.refresh_from_db()
        return letter

    return arrive


def state_of(letter: Letter) -> str:
    assert letter.touchpoint is not None
    return str(Conversation.objects.get(pk=letter.touchpoint.conversation_id).state)


def test_a_letter_with_a_believed_verdict_lies_in_spam_with_its_reason(came: Came) -> None:
    letter = came(is_spam=True)
    assert state_of(letter) == "spam"
    assert "X-Spam-Flag" in letter.spam_reason
    assert list(Letter.objects.spam()) == [letter]


def test_an_answer_to_a_letter_of_ours_is_kept_out_of_spam_by_our_signature_alone(came: Came) -> None:
    matter = Conversation.objects.get(touchpoints=came().touchpoint)
    ours = message_id_for(matter.pk, 1, "desk.example")
    answer = came(is_spam=True, extra=f"In-Reply-To: {ours}\r\n")
    assert answer.touchpoint is not None
    assert (state_of(answer), answer.touchpoint.conversation_id) == ("open", matter.pk)
    token = token_for(matter.pk)
    forged = ours.replace(token, token[:-1] + ("b" if token[-1] == "a" else "a"))
    assert state_of(came(is_spam=True, extra=f"In-Reply-To: {forged}\r\n")) == "spam"


def test_a_blocked_sender_lies_in_spam_and_a_good_one_does_not(came: Came, mailbox: Mailbox, at: datetime) -> None:
    block_sender(mailbox, "Carla@Example.org", by=SYSTEM, at=at)
    assert state_of(came()) == "spam"
    assert state_of(came("karim@example.org")) == "open"
    block_sender(mailbox, "example.org", by=SYSTEM, at=at)
    assert state_of(came("karim@example.org")) == "spam"
    trust_sender(mailbox, "karim@example.org", by=SYSTEM, at=at)
    assert state_of(came("karim@example.org", is_spam=True)) == "open", "the address goes before its domain"
    forget_sender(KnownSender.objects.get(who="carla@example.org"), by=SYSTEM, at=at)
    assert state_of(came()) == "spam", "the domain is still blocked"


@pytest.mark.parametrize("typed", ["Müller.example", "@müller.example", "xn--mller-kva.example", "Jörg@Müller.example"])
@pytest.mark.parametrize("domain", ["müller.example", "xn--mller-kva.example"])
def test_a_domain_with_letters_beyond_a_to_z_is_blocked_however_it_is_spelt(
    came: Came, mailbox: Mailbox, at: datetime, typed: str, domain: str
) -> None:
    assert block_sender(mailbox, typed, by=SYSTEM, at=at).who.endswith("@müller.example")
    assert state_of(came(f"jörg@{domain}")) == "spam"
    assert state_of(came(f"jörg@muller.{domain.partition('.')[2]}")) == "open"


def test_what_was_blocked_as_dns_spells_it_is_the_same_sender(came: Came, mailbox: Mailbox, at: datetime) -> None:
    KnownSender.objects.create(mailbox=mailbox, who="@xn--mller-kva.example", treatment="blocked", told_at=at)
    assert state_of(came("carla@müller.example")) == "spam"
    trust_sender(mailbox, "müller.example", by=SYSTEM, at=at)
    assert KnownSender.objects.get().treatment == "good"
    assert state_of(came("carla@müller.example", is_spam=True)) == "open"


def test_another_mailbox_is_told_nothing(came: Came, at: datetime) -> None:
    other = add_mailbox(name="Billing", address="billing@desk.example", by=SYSTEM, at=at)
    block_sender(other, "carla@example.org", by=SYSTEM, at=at)
    assert state_of(came()) == "open"


@pytest.mark.parametrize(
    "who",
    [
        "",
        "carla",
        "carla@",
        "@",
        "@nodots",
        "a b@example.org",
        "@gmail.com",
        "x@" + "y" * 300,
        "@mü ller.example",
    ],
)
def test_what_is_no_sender_cannot_be_blocked(mailbox: Mailbox, at: datetime, who: str) -> None:
    with pytest.raises(ValidationError):
        block_sender(mailbox, who, by=SYSTEM, at=at)


def test_we_cannot_block_ourselves(mailbox: Mailbox, at: datetime) -> None:
    for who in ("support@desk.example", "@desk.example"):
        with pytest.raises(ValidationError):
            block_sender(mailbox, who, by=SYSTEM, at=at)


def test_telling_twice_is_one_fact(mailbox: Mailbox, at: datetime) -> None:
    for _n in range(2):
        block_sender(mailbox, "carla@example.org", by=SYSTEM, at=at)
    assert Entry.objects.filter(kind="sender.blocked").count() == 1


def test_not_spam_puts_it_back_and_remembers_the_sender(
    client_of: Desk, ada: Agent, came: Came, work: Callable[..., None], at: datetime
) -> None:
    letter = came(is_spam=True)
    assert letter.touchpoint is not None
    number = letter.touchpoint.conversation_id
    client = client_of(ada)
    assert "Letter 0" in client.get("/queue/spam").content.decode()
    assert "Letter 0" not in client.get("/queue/all").content.decode()
    client.post(f"/conversations/{number}/spam", {"end": "1"})
    work()
    assert state_of(letter) == "open"
    assert KnownSender.objects.get().treatment == "good"
    assert state_of(came(is_spam=True)) == "open"


@pytest.mark.parametrize(("block", "who"), [("", []), ("address", ["carla@example.org"]), ("domain", ["@example.org"])])
def test_spam_is_found_by_hand_and_its_sender_blocked_if_wished(
    client_of: Desk, ada: Agent, came: Came, work: Callable[..., None], at: datetime, block: str, who: list[str]
) -> None:
    letter = came()
    assert letter.touchpoint is not None
    client_of(ada).post(f"/conversations/{letter.touchpoint.conversation_id}/spam", {"block": block})
    work()
    assert state_of(letter) == "spam"
    assert [known.who for known in KnownSender.objects.all()] == who


def test_spam_from_a_good_sender_makes_it_suspect_again(
    client_of: Desk, ada: Agent, came: Came, mailbox: Mailbox, work: Callable[..., None], at: datetime
) -> None:
    trust_sender(mailbox, "carla@example.org", by=SYSTEM, at=at)
    letter = came()
    assert letter.touchpoint is not None
    client_of(ada).post(f"/conversations/{letter.touchpoint.conversation_id}/spam", {})
    work()
    assert not KnownSender.objects.exists()


def test_another_teams_conversation_cannot_be_marked(
    client_of: Desk, bo: Agent, came: Came, mailbox: Mailbox, support: object, at: datetime
) -> None:
    Mailbox.objects.update(team=support)
    mailbox.refresh_from_db()
    letter = came()
    assert letter.touchpoint is not None
    answer = client_of(bo).post(f"/conversations/{letter.touchpoint.conversation_id}/spam", {"block": "domain"})
    assert answer.status_code == 404
    assert state_of(letter) == "open"


def test_senders_are_told_and_taken_off_on_the_settings(client_of: Desk, root: Agent, mailbox: Mailbox) -> None:
    client = client_of(root)
    address = f"/settings/mailboxes/{mailbox.pk}"
    client.post(f"{address}/senders", {"who": "@example.org", "treatment": "blocked"})
    page = client.get(f"{address}/spam").content.decode()
    assert "@example.org" in page
    refused = client.post(f"{address}/senders", {"who": "nonsense", "treatment": "good"})
    page = refused.content.decode()
    assert (refused.status_code, "is no address and no domain" in page) == (422, True)
    typed = ('value="nonsense"' in page, '<option value="good" selected>' in page)
    assert typed == (True, True), "nothing typed is lost"
    assert [client.post(f"{address}/senders", sent).status_code for sent in ({}, {"who": "carla@example.org"})] == [
        422,
        422,
    ]
    client.post(f"{address}/senders/{KnownSender.objects.get().pk}")
    assert not KnownSender.objects.exists()
    posted = {"spam_server": "mx.example.org", "spam_score": 8, "spam_days": 30}
    assert client.post(f"{address}/spam", posted).status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.spam_server, mailbox.spam_score, mailbox.spam_days) == ("mx.example.org", 8, 30)
    assert client.post(f"{address}/spam", posted | {"spam_score": 0}).status_code == 422


def test_spam_is_removed_after_its_days_only_where_that_is_said(
    came: Came, mailbox: Mailbox, at: datetime, work: Callable[..., None], client_of: Desk, lin: Agent
) -> None:
    old = came(is_spam=True)
    kept = came("karim@example.org")
    later = at + timedelta(days=40)
    work(later)
    assert state_of(old) == "spam"
    change_mailbox(mailbox, spam_days=30, by=SYSTEM, at=at)
    young = came("young@example.org", is_spam=True)
    Spam.objects.filter(conversation=young.touchpoint.conversation_id).update(marked_at=later)  # type: ignore[union-attr]  # it is read
    empty_spam(at=later)
    old.refresh_from_db()
    assert (old.touchpoint, RawLetter.objects.filter(pk=old.pk).exists()) == (None, False)
    assert {state_of(kept), state_of(young)} == {"open", "spam"}
    client = client_of(lin)
    assert "removed from there after its time" in client.get(f"/letters/{old.pk}").content.decode()
    assert client.get(f"/letters/{old.pk}/original.eml").status_code == 404
    assert Entry.objects.filter(kind="spam.removed").count() == 1
