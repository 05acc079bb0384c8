"""What somebody puts below every letter is folded once it is known."""

from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Team
from rung.channels.email.habits import learnt_ending, tail_of
from rung.channels.email.models import Mailbox
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.reading import read_letters
from rung.core.actor import SYSTEM
from rung.touchpoints.models import Touchpoint

ENDING = "the lamp people\nno. 4 at the harbour"


@pytest.fixture
def mailbox(support: Team, at: datetime) -> Mailbox:
    return add_mailbox(name="Support", address="support@desk.example", team=support, by=SYSTEM, at=at)


def receive(number: int, text: str, mailbox: Mailbox, at: datetime, *, html: str = "") -> Touchpoint:
    head = f"From: lamps@example.org\r\nTo: support@desk.example\r\nMessage-ID: <h{number}@example.org>\r\n"
    kind, body = ("text/html", html) if html else ("text/plain", text)
    raw = f"{head}MIME-Version: 1.0\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{body}\r\n"
    at += timedelta(hours=number)
    keep_letter(raw.encode(), mailbox=mailbox, by=SYSTEM, at=at)
    while read_letters(by=SYSTEM, at=at):
        pass
    return Touchpoint.objects.get(reference=f"<h{number}@example.org>")


@pytest.mark.parametrize(
    ("text", "earlier", "height"),
    [
        ("new\n\na\nb", ["old\na\nb", "older\na\nb"], 2),
        ("new\n\na\nb", ["old\na\nb"], 0),
        ("new\n\na\n b  c", ["old\nA\nb c", "older\na\nb c"], 2),
        ("new\nother\nb", ["old\na\nb", "older\na\nb"], 1),
        ("a\nb", ["a\nb", "a\nb"], 1),
        ("new\nplease call me back.", ["x\nplease call me back.", "y\nplease call me back."], 0),
        ("", ["a", "a"], 0),
    ],
)
def test_an_ending_is_what_two_earlier_letters_end_in(text: str, earlier: list[str], height: int) -> None:
    assert learnt_ending(text.split("\n"), [tail_of(each) for each in earlier]) == height


def test_the_third_letter_of_a_sender_is_shown_without_their_ending(mailbox: Mailbox, at: datetime) -> None:
    first = receive(1, f"Where is lamp 71?\n\n{ENDING}", mailbox, at)
    second = receive(2, f"It has come.\n\n{ENDING}", mailbox, at)
    third = receive(3, f"It is broken.\n\n{ENDING}", mailbox, at)
    fourth = receive(4, f"It glows now.\n\n{ENDING}", mailbox, at)
    assert ENDING in first.text
    assert ENDING in second.text
    assert (third.text, third.signature) == ("It is broken.", ENDING)
    assert (fourth.text, fourth.signature) == ("It glows now.", ENDING)


def test_the_ending_goes_from_the_html_as_well(mailbox: Mailbox, at: datetime) -> None:
    for number in (1, 2, 3):
        html = f"<p>Lamp {number} is broken, <b>again</b>.</p><p>the lamp people<br>no. 4 at the harbour</p>"
        touchpoint = receive(number, "", mailbox, at, html=html)
    assert touchpoint.html == "<p>Lamp 3 is broken, <b>again</b>.</p>"
    assert touchpoint.signature == ENDING


def test_answers_between_the_lines_they_answer_are_shown_with_those(mailbox: Mailbox, at: datetime) -> None:
    html = (
        "<p>Hello,</p><blockquote type=cite>Does it glow?</blockquote><p>It does.</p>"
        "<blockquote type=cite>Is it warm?</blockquote><p>A little.</p><p>Best wishes<br>The lamp people</p>"
    )
    touchpoint = receive(1, "", mailbox, at, html=html)
    assert "Does it glow?" in touchpoint.html
    assert "A little." in touchpoint.html
    assert "Best wishes" not in touchpoint.html
    assert touchpoint.signature == "Best wishes\nThe lamp people"
    assert touchpoint.quoted == ""
