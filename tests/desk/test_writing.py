"""The composer: to whom, as a draft, later, stopped, taken back, to somebody else."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from rung.accounts.models import Agent, Team
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.desk.forms.writing import is_often_refused, speaks_of_a_file
from rung.desk.pages.composer import laters
from rung.notices.pages import notices_page
from rung.touchpoints.access import version_of
from rung.touchpoints.incoming import Incoming, IncomingFile, Parties, Party
from rung.touchpoints.models import Conversation, Draft, DraftFile, Touchpoint
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    mark_undelivered,
    receive_touchpoint,
    resolve_conversation,
    take_back_answer,
    write_note,
)
from tests.cast import Desk, written
from tests.desk.test_queue import queue_page

Work = Callable[..., None]


@pytest.fixture
def matter(carla: Customer, support: Team, at: datetime) -> Conversation:
    add_mailbox(name="Desk", address="support@desk.example", team=support, by=SYSTEM, at=at)
    return written(carla, at=at, team=support)


def letter_of(
    *,
    at: datetime,
    parties: Parties | None = None,
    conversation: int | None = None,
    team: Team | None = None,
    files: tuple[IncomingFile, ...] = (),
) -> Incoming:
    return Incoming(
        channel="email",
        reference=f"<{at.timestamp()}.{len(files)}@example.org>",
        subject="My table has not come",
        text="One leg is broken.",
        occurred_at=at,
        parties=parties or Parties(sender="carla@example.org"),
        conversation=conversation,
        team=team.pk if team else None,
        files=files,
    )


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found.group(1).replace("&lt;", "<").replace("&gt;", ">") if found else "(no such field)"


def shown(client_of: Desk, agent: Agent, matter: Conversation, query: str = "") -> str:
    return str(client_of(agent).get(f"/conversations/{matter.pk}{query}").content.decode())


def out(matter: Conversation) -> Touchpoint:
    return matter.touchpoints.get(direction="out")


# To whom.


def test_the_answer_goes_to_everyone_and_the_screen_says_so(
    client_of: Desk, ada: Agent, carla: Customer, matter: Conversation, at: datetime
) -> None:
    people = Parties(
        sender="carla@example.org",
        sender_name="Carla Ruiz",
        to=(Party("support@desk.example", is_ours=True), Party("rita@example.org", "Rita")),
        cc=(Party("karim@example.net", "Haddad, Karim"),),
    )
    receive_touchpoint(
        carla,
        letter_of(at=at + timedelta(minutes=1), parties=people, conversation=matter.pk),
        by=carla.actor,
        at=at + timedelta(minutes=1),
    )
    page = shown(client_of, ada, matter)
    assert value_of(page, "to") == "Carla Ruiz <carla@example.org>, Rita <rita@example.org>"
    assert value_of(page, "cc") == "&#34;Haddad, Karim&#34; <karim@example.net>"
    assert "support@desk.example" not in value_of(page, "to") + value_of(page, "cc")
    alone = shown(client_of, ada, matter, "?reply=sender")
    assert value_of(alone, "to") == "Carla Ruiz <carla@example.org>"
    assert value_of(alone, "cc") == ""


def test_whoever_joins_while_one_writes_gets_it_too_unless_the_lines_were_changed(
    client_of: Desk, ada: Agent, carla: Customer, matter: Conversation, at: datetime
) -> None:
    proposed = {"to": "Carla Ruiz <carla@example.org>", "cc": ""}
    said = {"text": "Friday.", **proposed, **{f"{name}_proposed": line for name, line in proposed.items()}}
    keep(client_of, ada, matter, **said)
    seen = version_of(matter)
    people = Parties(sender="carla@example.org", cc=(Party("rita@example.org", "Rita"),))
    later = at + timedelta(minutes=1)
    receive_touchpoint(carla, letter_of(at=later, parties=people, conversation=matter.pk), by=carla.actor, at=later)
    assert value_of(shown(client_of, ada, matter), "cc") == "Rita <rita@example.org>"
    stopped = client_of(ada).post(f"/conversations/{matter.pk}/answers", {**said, "seen": seen}).content.decode()
    assert value_of(stopped, "cc") == "Rita <rita@example.org>"
    changed = {**said, "seen": seen, "to": "carla@example.org"}
    stopped = client_of(ada).post(f"/conversations/{matter.pk}/answers", changed).content.decode()
    assert (value_of(stopped, "to"), value_of(stopped, "cc")) == ("carla@example.org", "")


def test_the_lines_are_what_counts(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    said = {
        "text": "Friday.",
        "to": "Rita <rita@example.org>",
        "cc": "carla@example.org; b@example.org",
        "bcc": "boss@desk.example",
    }
    client_of(ada).post(f"/conversations/{matter.pk}/answers", said)
    parties = out(matter).parties
    assert (parties["to"], parties["cc"], parties["bcc"]) == (
        ["rita@example.org"],
        ["carla@example.org", "b@example.org"],
        ["boss@desk.example"],
    )


def test_what_is_no_address_stops_it_and_is_named(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    answer = client_of(ada).post(f"/conversations/{matter.pk}/answers", {"text": "Friday.", "to": "carla@"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“carla@” is no e-mail address." in page
    assert "Friday.</textarea>" in page
    assert not matter.touchpoints.filter(direction="out").exists()


def test_whoever_takes_everybody_out_writes_to_nobody(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    proposed = {"to_proposed": "Carla Ruiz <carla@example.org>", "cc_proposed": ""}
    said = {"text": "Friday.", "to": "", "cc": "", **proposed}
    refused = client_of(ada).post(f"/conversations/{matter.pk}/answers", said)
    assert refused.status_code == 422
    assert "Say in To: whom it goes to first." in refused.content.decode()
    assert "Friday." in refused.content.decode()
    assert not matter.touchpoints.filter(direction="out").exists()


def test_correspondents_are_found_among_customers_and_colleagues(
    client_of: Desk, ada: Agent, lin: Agent, carla: Customer
) -> None:
    browser = client_of(ada)
    assert browser.get("/recipients?find=car").json() == {"people": ["Carla Ruiz <carla@example.org>"]}
    assert browser.get("/recipients?find=lin").json() == {"people": ["Lin Chen <lin@desk.example>"]}
    assert browser.get("/recipients?find=c").json() == {"people": []}


# Drafts.


def keep(client_of: Desk, agent: Agent, matter: Conversation, **said: object) -> Any:
    return client_of(agent).post(f"/conversations/{matter.pk}/draft", {"kind": "answer", "version": "0", **said})


def test_what_is_typed_is_there_on_the_next_machine(
    client_of: Desk, ada: Agent, lin: Agent, matter: Conversation, noon: datetime
) -> None:
    kept = keep(client_of, ada, matter, text="Dear Carla,", to="x@example.org, half", cc="")
    assert kept.json() == {"version": 1, "saved": "12:00", "writing": []}
    page = shown(client_of, ada, matter)
    assert "Dear Carla,</textarea>" in page
    assert value_of(page, "to") == "x@example.org, half"
    assert "saved" in page
    of_lin = shown(client_of, lin, matter)
    assert "Dear Carla" not in of_lin
    assert "Ada Berg is writing" in of_lin
    assert keep(client_of, lin, matter, text="Me too").json()["writing"] == ["Ada Berg"]


def test_two_windows_do_not_overwrite_one_another(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    keep(client_of, ada, matter, text="In the first.")
    late = keep(client_of, ada, matter, text="In the second.")
    assert late.status_code == 409
    assert Draft.objects.get().text == "In the first."
    keep(client_of, ada, matter, text="In the first, on.", version="1")
    assert Draft.objects.get().text == "In the first, on."


def test_nothing_written_is_no_draft(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    keep(client_of, ada, matter, text="Hm")
    assert [row.number for row in queue_page(ada, "drafts").rows] == [matter.pk]
    keep(client_of, ada, matter, text="  ", version="1")
    assert not Draft.objects.exists()
    assert queue_page(ada, "drafts").rows == ()


def test_a_draft_ends_when_it_is_sent_or_thrown_away(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    keep(client_of, ada, matter, text="Friday.")
    client_of(ada).post(f"/conversations/{matter.pk}/answers", {"text": "Friday."})
    assert not Draft.objects.exists()
    keep(client_of, ada, matter, text="Or not.")
    client_of(ada).post(f"/conversations/{matter.pk}/draft", {"do": "discard"})
    assert not Draft.objects.exists()


def test_without_javascript_a_button_keeps_it_with_its_files(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.7", "application/pdf")
    said = {"text": "Half a letter", "do": "draft", "version": "0", "files": [file]}
    assert client_of(ada).post(f"/conversations/{matter.pk}/answers", said).status_code == 302
    page = shown(client_of, ada, matter)
    assert "Half a letter</textarea>" in page
    assert "plan.pdf" in page
    assert not matter.touchpoints.filter(direction="out").exists()


# Files.


def lay(client_of: Desk, agent: Agent, matter: Conversation, name: str, content: bytes) -> Any:
    file = SimpleUploadedFile(name, content, "application/pdf")
    return client_of(agent).post(f"/conversations/{matter.pk}/draft/files", {"kind": "answer", "files": [file]})


def test_files_are_laid_beside_and_go_along_unless_unticked(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    first = lay(client_of, ada, matter, "plan.pdf", b"%PDF").json()["files"][0]
    lay(client_of, ada, matter, "other.pdf", b"%PDF-2")
    client_of(ada).post(f"/conversations/{matter.pk}/answers", {"text": "See the plan.", "file": [first["pk"]]})
    assert [file.name for file in out(matter).attachments.all()] == ["plan.pdf"]
    with out(matter).attachments.get().open() as content:
        assert content.read() == b"%PDF"


def test_another_persons_files_do_not_go_along(client_of: Desk, ada: Agent, lin: Agent, matter: Conversation) -> None:
    theirs = lay(client_of, lin, matter, "secret.pdf", b"%PDF").json()["files"][0]
    client_of(ada).post(f"/conversations/{matter.pk}/answers", {"text": "Hello", "file": [theirs["pk"]]})
    assert not out(matter).attachments.exists()


def test_more_than_a_letter_takes_is_refused_before_it_is_sent(
    client_of: Desk, ada: Agent, matter: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rung.channels.email.letterhead._SHARE_FOR_FILES", 0.000001)  # 25 bytes
    assert lay(client_of, ada, matter, "a.pdf", b"x" * 20).status_code == 200
    refused = lay(client_of, ada, matter, "b.pdf", b"x" * 20)
    assert refused.status_code == 422
    assert "These files are 40 bytes together, and a letter of ours takes 25 bytes." in refused.json()["error"]
    assert DraftFile.objects.count() == 1


def test_a_file_spoken_of_and_not_there_is_asked_for_once(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    said = {"text": "Please find the plan attached."}
    asked = client_of(ada).post(f"/conversations/{matter.pk}/answers", said)
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "You wrote “attached”, but nothing is attached." in page
    assert "Send anyway" in page
    assert client_of(ada).post(f"/conversations/{matter.pk}/answers", {**said, "sure": "yes"}).status_code == 302


def test_what_is_too_long_for_a_draft_is_said_and_never_cut(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    browser, book = client_of(ada), "Page by page. " * 40_000
    browser.post(f"/conversations/{matter.pk}/draft", {"text": "Begun.", "version": 0})
    refused = browser.post(f"/conversations/{matter.pk}/draft", {"text": book, "version": 1})
    assert refused.status_code == 422
    assert "attach it as a file" in refused.json()["error"]
    assert Draft.objects.get().text == "Begun."
    kept = browser.post(f"/conversations/{matter.pk}/answers", {"text": book, "version": 1, "do": "draft"})
    assert kept.status_code == 422
    assert kept.content.decode().count("Page by page.") >= 40_000  # it stands in the sheet all the same
    stopped = browser.post(f"/conversations/{matter.pk}/answers", {"text": book, "to": "nobody"})
    assert stopped.status_code == 422
    assert stopped.content.decode().count("Page by page.") >= 40_000


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Anbei die Rechnung.", "Anbei"),
        ("Vous trouverez en pièce jointe", "pièce jointe"),
        ("Le adjunto la factura", "adjunto"),
        ("見積書を添付します", "添付"),
        ("> I attached it\nThank you for that.", ""),
        ("I am not detached from this.", ""),
    ],
)
def test_files_are_spoken_of_in_many_languages(text: str, word: str) -> None:
    assert speaks_of_a_file(text) == word


def test_programs_are_often_refused() -> None:
    assert is_often_refused("Setup.EXE")
    assert not is_often_refused("plan.pdf")


# Stopped.


def test_it_stops_when_whoever_was_asked_beside_answered_and_names_them(
    client_of: Desk,
    ada: Agent,
    matter: Conversation,
    work: Callable[..., None],
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The mail door takes a supplier's letter in; it is theirs all the same, on the screen and in the notice."""
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=1))
    assign_conversation(matter, agent=ada, team=matter.team, by=SYSTEM, at=at)
    beside = {"to": "Kellermann <parts@kellermann.example>", "subject": "A leg", "text": "Can you send one?"}
    client_of(ada).post(f"/conversations/{matter.pk}/asides", beside)
    said = {"text": "It comes on Friday.", "seen": version_of(matter), "since": matter.touchpoints.get().pk}
    aside = Conversation.objects.get(beside=matter)
    letter = letter_of(at=at, conversation=aside.pk, parties=Parties(sender="parts@kellermann.example"))
    receive_touchpoint(aside.customer, letter, by=SYSTEM, at=at + timedelta(hours=1))
    stopped = client_of(ada).post(f"/conversations/{matter.pk}/answers", said)
    assert stopped.status_code == 409
    assert "<strong>Kellermann</strong> answered what was asked beside" in stopped.content.decode()
    work(at + timedelta(hours=1))
    (told,) = notices_page(ada).lines
    assert told.line.sentences[0] == "Kellermann answered what was asked beside"


def test_it_stops_when_the_customer_wrote_and_goes_out_when_one_says_so(
    client_of: Desk, ada: Agent, carla: Customer, matter: Conversation, at: datetime
) -> None:
    said = {"text": "It comes on Friday.", "seen": version_of(matter), "since": matter.touchpoints.get().pk}
    written(carla, at=at + timedelta(minutes=5), conversation=matter.pk, text="It is here!", by=SYSTEM)
    stopped = client_of(ada).post(f"/conversations/{matter.pk}/answers", said)
    page = stopped.content.decode()
    assert stopped.status_code == 409
    assert "This happened while you were writing." in page
    assert re.search(r"<strong>Carla Ruiz</strong> wrote to us", page)
    assert "It is here!" in page
    assert "New since you opened this" in page
    assert "It comes on Friday.</textarea>" in page
    assert "Send anyway" in page
    assert not matter.touchpoints.filter(direction="out").exists()
    again = {**said, "seen": value_of(page, "seen")}
    assert client_of(ada).post(f"/conversations/{matter.pk}/answers", again).status_code == 302


@pytest.mark.parametrize("what", ["answer", "note", "resolve", "assign"])
def test_it_stops_when_a_colleague_did_something(
    what: str, client_of: Desk, ada: Agent, lin: Agent, matter: Conversation, at: datetime
) -> None:
    said = {"text": "It comes on Friday.", "seen": version_of(matter)}
    later = at + timedelta(minutes=1)
    if what == "answer":
        answer_conversation(matter, text="Saturday.", by=lin.actor, at=later)
    elif what == "note":
        write_note(matter, "Saturday.", by=lin.actor, at=later)
    elif what == "resolve":
        resolve_conversation(matter, by=lin.actor, at=later)
    else:
        assign_conversation(matter, agent=lin, team=None, by=lin.actor, at=later)
    stopped = client_of(ada).post(f"/conversations/{matter.pk}/answers", said)
    assert stopped.status_code == 409
    assert "<strong>Lin Chen</strong>" in stopped.content.decode()
    assert "<strong>Lin Chen</strong> took it on" in stopped.content.decode() or what != "assign"
    assert Draft.objects.get().text == "It comes on Friday."


def test_what_one_did_oneself_stops_nothing_but_a_second_letter(
    client_of: Desk, ada: Agent, matter: Conversation
) -> None:
    browser, address = client_of(ada), f"/conversations/{matter.pk}/answers"
    seen = version_of(matter)
    browser.post(f"/conversations/{matter.pk}/assignment", {"agent": ada.pk})
    assert browser.post(address, {"text": "Friday.", "seen": seen}).status_code == 302
    assert browser.post(address, {"text": "Friday.", "seen": seen}).status_code == 409  # pressed twice


# On its way.


def test_send_can_be_undone_and_the_words_come_back(
    client_of: Desk, ada: Agent, matter: Conversation, work: Work
) -> None:
    browser = client_of(ada)
    browser.post(
        f"/conversations/{matter.pk}/answers", {"text": "Dear Karla,", "cc": "x@example.org", "to": "carla@example.org"}
    )
    assert matter.touchpoints.count() == 2
    assert 'class="undo"' in shown(client_of, ada, matter)
    letter = out(matter)
    browser.post(f"/touchpoints/{letter.pk}/taking-back")
    assert matter.touchpoints.count() == 1
    page = shown(client_of, ada, matter)
    assert "Dear Karla,</textarea>" in page
    assert value_of(page, "cc") == "x@example.org"
    work(clock.now() + timedelta(hours=1))
    assert matter.touchpoints.count() == 1


@pytest.mark.parametrize("noun", ["taking-back", "posting"])
def test_undo_pressed_twice_leads_to_the_words_and_not_to_nowhere(
    client_of: Desk, ada: Agent, bo: Agent, matter: Conversation, noun: str
) -> None:
    browser = client_of(ada)
    browser.post(f"/conversations/{matter.pk}/answers", {"text": "Dear Karla,"})
    letter = out(matter)
    browser.post(f"/touchpoints/{letter.pk}/taking-back")
    again = browser.post(f"/touchpoints/{letter.pk}/{noun}", follow=True).content.decode()
    assert "It was taken back already" in again
    assert "Dear Karla,</textarea>" in again
    with pytest.raises(ValidationError, match="taken back already"):  # both came to the same moment
        take_back_answer(letter, by=ada.actor, at=clock.now())
    assert client_of(bo).post(f"/touchpoints/{letter.pk}/{noun}").status_code == 404
    assert browser.post(f"/touchpoints/{letter.pk + 1000}/{noun}").status_code == 404


def test_what_has_left_cannot_be_taken_back(client_of: Desk, ada: Agent, matter: Conversation, work: Work) -> None:
    browser = client_of(ada)
    browser.post(f"/conversations/{matter.pk}/answers", {"text": "Dear Karla,"})
    work(clock.now() + timedelta(minutes=1))
    answer = browser.post(f"/touchpoints/{out(matter).pk}/taking-back", follow=True)
    assert "It has left already" in answer.content.decode()
    assert matter.touchpoints.count() == 2


def test_whoever_wants_no_undoing_sends_at_once(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    Agent.objects.update(undo_s=0)
    client_of(ada).post(f"/conversations/{matter.pk}/answers", {"text": "Friday."})
    assert out(matter).due_at is None
    matter.refresh_from_db()
    assert not matter.awaits_us()


def test_it_leaves_later_in_the_writers_zone(client_of: Desk, ada: Agent, matter: Conversation, noon: datetime) -> None:
    Agent.objects.update(time_zone="Asia/Tokyo")
    said = {"text": "Friday.", "do": "later", "send_at": "2026-03-11T09:00", "stops": "yes"}
    client_of(ada).post(f"/conversations/{matter.pk}/answers", said)
    letter = out(matter)
    assert letter.due_at == datetime.fromisoformat("2026-03-11T00:00:00+00:00")
    assert letter.posting.stops_if_they_write
    page = shown(client_of, ada, matter)
    assert "unless they write" in page
    assert "Take it back" in page
    assert queue_page(ada, "mine").rows[0].answer_due_at == letter.due_at
    past = client_of(ada).post(f"/conversations/{matter.pk}/answers", {**said, "send_at": "2026-03-09T09:00"})
    assert past.status_code == 422


def test_moments_offered_are_still_to_come_where_the_writer_is(ada: Agent, at: datetime) -> None:
    names = [each.label for each in laters(at, ada.zone)]
    assert names == ["This afternoon", "Tomorrow morning", "Monday morning"]
    evening = at.replace(hour=20)
    assert [each.label for each in laters(evening, ada.zone)] == ["Tomorrow morning", "Monday morning"]
    sunday = at + timedelta(days=5)
    assert [each.label for each in laters(sunday.replace(hour=20), ada.zone)] == ["Tomorrow morning"]
    assert all(datetime.fromisoformat(each.value) > at for each in laters(at, ada.zone))


def test_what_failed_is_written_anew_or_goes_elsewhere(
    client_of: Desk, ada: Agent, matter: Conversation, at: datetime
) -> None:
    letter = answer_conversation(matter, text="Friday.", by=ada.actor, at=at)
    mark_undelivered(letter, "550 no such user", final=True, by=SYSTEM, at=at)
    browser = client_of(ada)
    browser.post(f"/touchpoints/{letter.pk}/rewriting")
    page = shown(client_of, ada, matter)
    assert "Friday.</textarea>" in page
    assert "It could not be delivered: 550 no such user" in page
    browser.post(f"/touchpoints/{letter.pk}/delivery/address", {"to": "carla@elsewhere.example"})
    letter.refresh_from_db()
    assert (letter.delivery, letter.parties["to"]) == ("waiting", ["carla@elsewhere.example"])


# To somebody else.


def test_a_letter_is_passed_on_and_the_answer_stands_on_the_case(
    client_of: Desk, ada: Agent, carla: Customer, support: Team, at: datetime
) -> None:
    Agent.objects.update(undo_s=0)
    photo = IncomingFile(name="leg.jpg", media_type="image/jpeg", content=b"JFIF")
    plan = IncomingFile(name="plan.pdf", media_type="application/pdf", content=b"%PDF")
    touch = receive_touchpoint(carla, letter_of(at=at, files=(photo, plan), team=support), by=carla.actor, at=at)
    matter = touch.conversation
    sheet = shown(client_of, ada, matter, f"?forwards={touch.pk}")
    assert value_of(sheet, "subject").startswith("Fwd: ")
    assert "leg.jpg" in sheet
    keep_photo = touch.attachments.get(name="leg.jpg").pk
    said = {
        "to": "Kellermann <parts@kellermann.example>",
        "subject": "A broken leg",
        "text": "Can you send one?",
        "forwards": touch.pk,
        "pass_on": [keep_photo],
    }
    answer = client_of(ada).post(f"/conversations/{matter.pk}/asides", said)
    assert answer.headers["Location"] == f"/conversations/{matter.pk}"
    aside = Conversation.objects.get(beside=matter)
    letter = aside.touchpoints.get()
    assert letter.forwards == touch
    assert [file.name for file in letter.attachments.all()] == ["leg.jpg"]
    assert (aside.team, aside.assignee) == (support, ada)
    matter.refresh_from_db()
    assert matter.awaits_us()  # the customer was not answered by this
    page = shown(client_of, ada, matter)
    assert "Kellermann" in page
    assert "asked Kellermann about it" in page
    assert aside.pk not in [row.number for row in queue_page(ada, "all").rows]

    asked = aside.customer
    receive_touchpoint(
        asked,
        letter_of(
            at=at + timedelta(hours=1), conversation=aside.pk, parties=Parties(sender="parts@kellermann.example")
        ),
        by=asked.actor,
        at=at + timedelta(hours=1),
    )
    [row] = queue_page(ada, "all").rows
    assert (row.number, row.aside_news) == (matter.pk, "Kellermann")
    page = shown(client_of, ada, matter)
    assert "answered what was asked beside" in page
    assert "has answered" in page
    assert "Asked for the sake of" in shown(client_of, ada, aside)
    resolve_conversation(matter, by=ada.actor, at=at + timedelta(hours=2))
    assert [row.number for row in queue_page(ada, "all").rows] == [aside.pk]  # nobody looks at the case any more


def test_files_of_another_conversation_are_not_passed_on(
    client_of: Desk, ada: Agent, carla: Customer, karim: Customer, at: datetime
) -> None:
    secret = IncomingFile(name="secret.pdf", media_type="application/pdf", content=b"%PDF")
    theirs = receive_touchpoint(karim, letter_of(at=at, files=(secret,)), by=karim.actor, at=at)
    matter = written(carla, at=at)
    said = {
        "to": "x@example.com", "subject": "s", "text": "t", "forwards": theirs.pk,
        "pass_on": [theirs.attachments.get().pk],
    }  # fmt: skip
    client_of(ada).post(f"/conversations/{matter.pk}/asides", said)
    letter = Conversation.objects.get(beside=matter).touchpoints.get()
    assert letter.forwards is None
    assert not letter.attachments.exists()


def test_another_team_cannot_write_here(client_of: Desk, bo: Agent, matter: Conversation) -> None:
    browser = client_of(bo)
    for noun in ("answers", "notes", "asides", "draft", "draft/files"):
        assert browser.post(f"/conversations/{matter.pk}/{noun}", {"text": "x"}).status_code == 404
    touchpoint = matter.touchpoints.get()
    for noun in ("taking-back", "posting", "rewriting", "delivery/address"):
        assert browser.post(f"/touchpoints/{touchpoint.pk}/{noun}").status_code == 404
