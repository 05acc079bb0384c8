from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from rung.accounts.models import Agent
from rung.channels.email.models import Letter, Mailbox
from rung.channels.email.pages.letters import PER_PAGE
from rung.channels.email.verbs.letter import Arrival, keep_letter, keep_letters
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.reading import read_letters
from rung.core.actor import SYSTEM
from rung.touchpoints.models import Touchpoint

LETTERS = Path(__file__).parents[2] / "letters"
SignIn = Callable[[Agent], Client]


@pytest.fixture
def mailbox(db: None, at: datetime) -> Mailbox:
    return add_mailbox(name="Support", address="support@desk.example", by=SYSTEM, at=at)


def letter(name: str, mailbox: Mailbox, at: datetime) -> Letter:
    kept = keep_letter((LETTERS / f"{name}.eml").read_bytes(), mailbox=mailbox, by=SYSTEM, at=at)
    while read_letters(by=SYSTEM, at=at):
        pass
    kept.refresh_from_db()
    return kept


def text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_leads_and_administrators_see_the_letters_and_nobody_else(
    client_of: SignIn, lin: Agent, ada: Agent, root: Agent, mailbox: Mailbox, at: datetime
) -> None:
    kept = letter("plain", mailbox, at)
    for path in ("/letters", f"/letters/{kept.pk}", f"/letters/{kept.pk}/original.eml"):
        assert client_of(lin).get(path).status_code == 200
        assert client_of(root).get(path).status_code == 200
        assert client_of(ada).get(path).status_code == 403
        assert Client().get(path).status_code == 302
    assert client_of(ada).post(f"/letters/{kept.pk}/replay").status_code == 403


def test_an_empty_list_says_what_will_be_there(client_of: SignIn, lin: Agent) -> None:
    assert "No letter has come yet" in text(client_of(lin), "/letters")
    assert "No letter has come yet" in text(client_of(lin), "/letters?fate=trouble")


def test_the_list_says_what_became_of_each(client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime) -> None:
    letter("plain", mailbox, at)
    letter("no-from", mailbox, at)
    page = text(client_of(lin), "/letters")
    assert "My table has not come" in page
    assert "does not say who wrote it" in page
    troubled = text(client_of(lin), "/letters?fate=trouble")
    assert "Who am I" in troubled
    assert "My table has not come" not in troubled


def test_letters_are_found_by_sender_and_subject(client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime) -> None:
    letter("plain", mailbox, at)
    letter("emoji", mailbox, at)
    for query in ("table", "TABLE come", "carla@example.org table"):
        page = text(client_of(lin), f"/letters?q={query}")
        assert "My table has not come" in page
        assert "Thank you" not in page
    assert "No letter like that" in text(client_of(lin), "/letters?q=nothing+of+the+kind")


def test_pages_follow_one_another_both_ways(client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime) -> None:
    for number in range(3):
        keep_letters(
            [
                Arrival(f"Subject: letter {number * PER_PAGE + each:03}\n\nx".encode(), mailbox, "smtp")
                for each in range(PER_PAGE)
            ],
            by=SYSTEM,
            at=at + timedelta(minutes=number),
        )
    seen, path = [], "/letters"
    for _ in range(3):
        page = client_of(lin).get(path).content.decode()
        seen += [word[:3] for word in page.split(">letter ")[1:]]
        path = "/letters" + page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace(
            "&amp;", "&"
        )
    assert seen == [f"{number:03}" for number in reversed(range(3 * PER_PAGE))]
    newer = page.partition('rel="prev"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    before = client_of(lin).get("/letters" + newer).content.decode()
    assert [word[:3] for word in before.split(">letter ")[1:]] == [f"{number:03}" for number in range(99, 49, -1)]


@pytest.mark.parametrize("query", ["before=%00", "after=abc", "before=" + "A" * 500, "fate=none", "q=%00%27%22%3Cb%3E"])
def test_strange_questions_are_answered(client_of: SignIn, lin: Agent, mailbox: Mailbox, query: str) -> None:
    text(client_of(lin), f"/letters?{query}")


def test_a_letter_says_what_happened_and_what_to_do(
    client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime
) -> None:
    page = text(client_of(lin), f"/letters/{letter('no-from', mailbox, at).pk}")
    assert "no customer could be recognised" in page
    assert "enter the address and have it read again" in page
    assert "Guess who." in page
    assert "nobody knows who wrote it" in page
    assert "nofrom@example.org" in page


def test_a_read_letter_leads_to_its_conversation(client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime) -> None:
    page = text(client_of(lin), f"/letters/{letter('plain', mailbox, at).pk}")
    touchpoint = Touchpoint.objects.get()
    assert f"/conversations/{touchpoint.conversation_id}#touchpoint-{touchpoint.pk}" in page
    assert "Read it again" not in page


def test_what_the_steps_found_odd_is_said_beside_what_reading_did(
    client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime
) -> None:
    raw = f"From: Shop <{mailbox.address}>\r\nReply-To: zoe@example.org\r\nTo: {mailbox.address}\r\nSubject: Form\r\n"
    kept = keep_letter(f"{raw}\r\nPlease call.".encode(), mailbox=mailbox, by=SYSTEM, at=at)
    read_letters(by=SYSTEM, at=at)
    page = text(client_of(lin), f"/letters/{kept.pk}")
    assert page.count("The letter has no date.") == 1
    assert page.count("as contact forms do; its Reply-To was taken for the sender.") == 1


@pytest.mark.parametrize("path", sorted(LETTERS.glob("*.eml")), ids=lambda path: path.stem)
def test_every_letter_can_be_looked_at(
    client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime, path: Path
) -> None:
    page = text(client_of(lin), f"/letters/{letter(path.stem, mailbox, at).pk}")
    assert "<script>alert" not in page


def test_a_letter_not_yet_read_can_be_looked_at(client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime) -> None:
    kept = keep_letter(b"Subject: soon\n\nx", mailbox=mailbox, by=SYSTEM, at=at)
    assert "waits to be read" in text(client_of(lin), f"/letters/{kept.pk}")


def test_the_letter_is_handed_out_as_a_file_and_nothing_else(
    client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime
) -> None:
    kept = letter("html-only", mailbox, at)
    response = client_of(lin).get(f"/letters/{kept.pk}/original.eml")
    assert response.content == (LETTERS / "html-only.eml").read_bytes()
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == f'attachment; filename="letter-{kept.pk}.eml"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_lead_says_whose_letter_it_is_and_it_is_read(
    client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime
) -> None:
    kept = letter("no-from", mailbox, at)
    response = client_of(lin).post(f"/letters/{kept.pk}/replay", {"treat_as_from": "karim@example.net"}, follow=True)
    assert "being read again" in response.content.decode()
    read_letters(by=SYSTEM, at=at)
    kept.refresh_from_db()
    assert (kept.fate, kept.replayed_by) == ("read", lin)


def test_an_address_that_is_none_is_said(client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime) -> None:
    kept = letter("no-from", mailbox, at)
    response = client_of(lin).post(f"/letters/{kept.pk}/replay", {"treat_as_from": "karim at example"})
    assert response.status_code == 422
    assert "is not a complete address" in response.content.decode()
    kept.refresh_from_db()
    assert kept.fate == "refused"


def test_the_list_takes_few_queries(
    client_of: SignIn,
    lin: Agent,
    mailbox: Mailbox,
    at: datetime,
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    for name in ("plain", "emoji", "no-from"):
        letter(name, mailbox, at)
    client = client_of(lin)
    with django_assert_max_num_queries(9):  # type: ignore[attr-defined]  # a context manager
        client.get("/letters")


@pytest.fixture
def many(mailbox: Mailbox, at: datetime) -> Mailbox:
    """Four letters on four days, to two mailboxes."""
    billing = add_mailbox(name="Billing", address="billing@desk.example", by=SYSTEM, at=at)
    letters = (
        (
            "Carla Ruíz <carla.ruiz@example.org>",
            "support@desk.example",
            "The oak table",
            "<oak.1@example.org>",
            mailbox,
        ),
        (
            "karim@example.net",
            "billing@desk.example, boss@example.net",
            "Invoice 4711",
            "<inv-4711@example.net>",
            billing,
        ),
        ("", "support@desk.example", "Nobody wrote this table", "<nobody@example.org>", mailbox),
        ("小林 <kobayashi@example.jp>", "support@desk.example", "請求書の件", "<jp@example.jp>", mailbox),
    )
    for day, (sender, to, subject, name, box) in enumerate(letters):
        raw = f"From: {sender}\nTo: {to}\nSubject: {subject}\nMessage-ID: {name}\n\nx".encode()
        keep_letter(raw, mailbox=box, by=SYSTEM, at=at + timedelta(days=day))
    while read_letters(by=SYSTEM, at=at + timedelta(days=9)):
        pass
    return billing


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=table", {"The oak table", "Nobody wrote this table"}),
        ("q=ruiz", {"The oak table"}),
        ("q=RUÍZ+tab", {"The oak table"}),
        ("q=carla.ruiz@example.org", {"The oak table"}),
        ("q=%3Cinv-4711%40example.net%3E", {"Invoice 4711"}),
        ("q=boss", {"Invoice 4711"}),
        ("q=able", set()),
        ("q=table+invoice", set()),
        ("sender=karim", {"Invoice 4711"}),
        ("recipient=karim", set()),
        ("recipient=boss@example.net", {"Invoice 4711"}),
        ("subject=4711", {"Invoice 4711"}),
        ("q=請求", {"請求書の件"}),
        ("q=小林", {"請求書の件"}),
        ("reason=no_sender", {"Nobody wrote this table"}),
        ("fate=read&q=table", {"The oak table"}),
        ("since=2026-03-11&until=2026-03-12", {"Invoice 4711", "Nobody wrote this table"}),
        ("until=2026-03-10", {"The oak table"}),
        ("q=table&since=2026-03-11", {"Nobody wrote this table"}),
        ("since=nonsense&mailbox=nonsense", {"The oak table", "Invoice 4711", "Nobody wrote this table", "請求書の件"}),
    ],
)
def test_letters_are_found_by_all_that_is_known_of_them(
    client_of: SignIn, lin: Agent, many: Mailbox, asked: str, found: set[str]
) -> None:
    page = text(client_of(lin), f"/letters?{asked}")
    subjects = {"The oak table", "Invoice 4711", "Nobody wrote this table", "請求書の件"}
    assert {subject for subject in subjects if f">{subject}</a>" in page} == found


def test_letters_are_found_by_their_mailbox(client_of: SignIn, lin: Agent, many: Mailbox) -> None:
    page = text(client_of(lin), f"/letters?mailbox={many.pk}")
    assert "Invoice 4711" in page
    assert "The oak table" not in page


def test_a_search_takes_few_queries(
    client_of: SignIn, lin: Agent, many: Mailbox, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    client = client_of(lin)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]  # a context manager
        client.get(f"/letters?q=table&until=2026-03-20&mailbox={many.pk}&fate=read")


def test_found_by_frequent_words_pages_follow_one_another(
    client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rung.channels.email.words.MOST", PER_PAGE + 10)
    monkeypatch.setattr("rung.channels.email.pages.letters.MOST", PER_PAGE + 10)
    monkeypatch.setattr("rung.channels.email.pages.letters.SKEW", 2)
    arrivals = [Arrival(f"Subject: letter {n:03}\n\nx".encode(), mailbox, "smtp") for n in range(2 * PER_PAGE + 20)]
    keep_letters(arrivals, by=SYSTEM, at=at)
    seen, path = [], "/letters?q=letter"
    for _ in range(3):
        page = client_of(lin).get(path).content.decode()
        seen += [word[:3] for word in page.split(">letter ")[1:]]
        path = "/letters" + page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace(
            "&amp;", "&"
        )
    assert seen == [f"{number:03}" for number in reversed(range(2 * PER_PAGE + 20))]


def test_several_letters_are_read_again_at_once(client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime) -> None:
    kept = [
        keep_letter(f"Subject: nobody {n}\n\nx".encode(), mailbox=mailbox, by=SYSTEM, at=at + timedelta(minutes=n))
        for n in range(5)
    ]
    read_letters(by=SYSTEM, at=at)
    client = client_of(lin)
    page = text(client, "/letters?fate=trouble")
    assert page.count('name="letter"') == 5
    answer = client.post("/letters/replays", {"letter": [kept[0].pk, kept[1].pk], "fate": "trouble"}, follow=True)
    assert "2 letters are being read again." in answer.content.decode()
    assert Letter.objects.waiting().count() == 2
    client.post("/letters/replays", {"all": "1", "fate": "trouble", "q": "nobody"})
    assert Letter.objects.waiting().count() == 5
    assert set(Letter.objects.values_list("replayed_by", flat=True)) == {lin.pk}
    assert "Tick the letters" in client.post("/letters/replays", {}, follow=True).content.decode()


def test_replaying_several_is_for_leads(client_of: SignIn, ada: Agent, mailbox: Mailbox) -> None:
    assert client_of(ada).post("/letters/replays", {"all": "1"}).status_code == 403


def test_the_way_through_the_servers_is_told(client_of: SignIn, lin: Agent, mailbox: Mailbox, at: datetime) -> None:
    raw = (
        b"Received: from out.example.org by mx.desk.example with ESMTP; Tue, 10 Mar 2026 08:02:05 +0000\r\n"
        b"Received: from laptop by out.example.org; Tue, 10 Mar 2026 09:00:00 +0100\r\n"
        b"Received: nonsense\r\nFrom: carla@example.org\r\nSubject: By way of\r\n\r\nx\r\n"
    )
    kept = keep_letter(raw, mailbox=mailbox, by=SYSTEM, at=at)
    page = text(client_of(lin), f"/letters/{kept.pk}")
    assert page.index("laptop") < page.index("mx.desk.example")
    assert "2 min" in page
