"""What letters bring along besides text and files, as the thread shows it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rung.accounts.models import Agent, Team
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.reading import read_letters
from rung.core.actor import SYSTEM
from rung.desk.pages.brought import apart, brought_of
from rung.touchpoints.doors import door
from rung.touchpoints.models import Touchpoint
from tests.cast import Desk

Take = Callable[[str], tuple[str, Touchpoint]]
LETTERS = Path(__file__).parents[1] / "letters"


@pytest.fixture
def arrived(ada: Agent, support: Team, at: datetime, client_of: Desk) -> Take:
    """Takes a letter in, and gives what its thread says."""
    mailbox = add_mailbox(name="Support", address="support@desk.example", team=support, by=SYSTEM, at=at)

    def take(name: str) -> tuple[str, Touchpoint]:
        keep_letter((LETTERS / f"{name}.eml").read_bytes(), mailbox=mailbox, by=SYSTEM, at=at)
        read_letters(by=SYSTEM, at=at + timedelta(minutes=1))
        touchpoint = Touchpoint.objects.latest("pk")
        page = client_of(ada).get(f"/conversations/{touchpoint.conversation_id}").content.decode()
        return page, touchpoint

    return take


def test_an_invitation_is_a_card_with_the_time_on_both_clocks(arrived: Take) -> None:
    page, _ = arrived("calendar-google")
    for words in ("Invitation", "Collect the table", "Workshop, Hauptstraße 5", "Carla Ruiz (accepted)"):
        assert words in page
    assert "Tuesday 24 March 2026, 09:00 – 10:30" in page
    assert "10:00 – 11:30 Europe/Berlin" in page


def test_a_cancelled_appointment_says_so(arrived: Take) -> None:
    page, _ = arrived("calendar-exchange-cancel")
    assert "Cancelled" in page
    assert "America/Los_Angeles" in page


def test_letters_passed_on_say_who_wrote_what_when(arrived: Take) -> None:
    page, touchpoint = arrived("forward-letters-in-letters")
    assert "Passed on: Lin Wu wrote" in page
    assert "Middle words." in page
    assert "Passed on: Zoe wrote" in page
    names = set(touchpoint.attachments.values_list("name", flat=True))
    assert {"Middle.eml", "scratch.png", "Innermost.eml"} <= names


@pytest.mark.parametrize(
    ("letter", "own", "inside", "head"),
    [
        ("gmail-forward", "they charge me twice", "You owe us 40 EUR", "---------- Forwarded message"),
        ("forward-html-outlook", "", "", "<b>From:"),
        ("forward-thunderbird-it", "", "", "-------- Messaggio"),
        ("forward-outlook-fr", "", "", "De :"),
        ("forward-outlook-zh", "", "", "邮件原件"),
    ],
)
def test_a_letter_passed_on_within_the_text_is_told_once(
    arrived: Take, letter: str, own: str, inside: str, head: str
) -> None:
    page, touchpoint = arrived(letter)
    thread = page[page.index('id="thread"') : page.index('id="composer"')]
    assert thread.count("Passed on: ") == thread.count('<section class="passed-on"') == 1
    assert own in thread
    assert inside in thread
    assert head not in thread
    assert head not in touchpoint.conversation.last_snippet
    assert own in touchpoint.conversation.last_snippet


def test_what_cannot_be_cut_stays_in_one_piece_and_is_told_once() -> None:
    kept = {"forwarded": [{"from": {"name": "Zoe"}, "is_within": True}, {"text": "Inside.", "is_within": False}]}
    found, text, _html = apart(brought_of(kept), door("email"), "No such letter in it.", "", ())
    assert found is not None
    assert text == "No such letter in it."
    assert [letter.text for letter in found.passed_on] == ["Inside."]


@pytest.mark.parametrize("letter", ["encrypted-pgp", "encrypted-pgp-inline", "encrypted-smime"])
def test_an_encrypted_letter_says_what_to_do(arrived: Take, letter: str) -> None:
    page, _ = arrived(letter)
    assert "Rung holds no key to it" in page
    assert "(nothing written)" not in page


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        ("signed-smime-intact", "signed, signer not vouched for"),
        ("signed-smime-changed", "signature broken"),
        ("signed-pgp-inline", "signed, not verified"),
        ("encrypted-smime", "encrypted"),
    ],
)
def test_a_signature_says_what_it_is_worth(arrived: Take, letter: str, said: str) -> None:
    page, _ = arrived(letter)
    assert said in page


def test_most_letters_bring_nothing(arrived: Take) -> None:
    _, touchpoint = arrived("plain")
    assert touchpoint.brought == {}
    assert brought_of(touchpoint.brought) is None


def test_whatever_is_kept_can_be_shown() -> None:
    kept = {
        "invitation": {"attendees": [None, {}]},
        "forwarded": [{}, "x"],
        "protection": {"is_signed": True, "seal": "?"},
    }
    found = brought_of(kept)
    assert found is not None
    assert found.invitation is not None
    assert found.invitation.when() == "(no time is given)"
    assert [letter.who for letter in found.passed_on] == ["Somebody", "Somebody"]
    assert [seal.label for seal in found.seals] == ["signed, not verified"]
