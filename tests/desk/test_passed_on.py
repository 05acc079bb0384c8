"""A letter that is passed on goes along, also where somebody thinks better of it first, or goes away and comes back."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest

from rung.accounts.models import Agent, Team
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.touchpoints.incoming import IncomingFile
from rung.touchpoints.models import Attachment, Conversation, Draft, Touchpoint
from rung.touchpoints.verbs import receive_touchpoint
from rung.ui.moments import size
from tests.cast import Desk, written
from tests.desk.test_writing import letter_of, shown, value_of

Work = Callable[..., None]


@pytest.fixture
def came(carla: Customer, support: Team, at: datetime) -> Touchpoint:
    add_mailbox(name="Desk", address="support@desk.example", team=support, outgoing="outbox", by=SYSTEM, at=at)
    photo = IncomingFile(name="leg.jpg", media_type="image/jpeg", content=b"JFIF")
    return receive_touchpoint(carla, letter_of(at=at, files=(photo,), team=support), by=carla.actor, at=at)


def said(came: Touchpoint, **more: object) -> dict[str, object]:
    return {
        "to": "Kellermann <parts@kellermann.example>", "subject": "Fwd: A broken leg", "text": "Can you send one?",
        "forwards": came.pk, "pass_on": [came.attachments.get().pk], "kind": "forward", **more,
    }  # fmt: skip


def test_undone_and_sent_again_the_letter_still_goes_along(client_of: Desk, ada: Agent, came: Touchpoint) -> None:
    browser = client_of(ada)
    browser.post(f"/conversations/{came.conversation_id}/asides", said(came))
    aside = Conversation.objects.get(beside=came.conversation)
    browser.post(f"/touchpoints/{aside.touchpoints.get().pk}/taking-back")
    page = shown(client_of, ada, aside)
    assert "The letter goes along, from Carla Ruiz" in page
    assert "One leg is broken." in page
    draft = Draft.objects.get(conversation=aside)
    ticked = [file.pk for file in draft.files.all()]
    again = {"text": "Can you send two?", "to": draft.to, "file": ticked, "sure": "yes"}
    assert browser.post(f"/conversations/{aside.pk}/answers", again).status_code == 302
    letter = aside.touchpoints.get()
    assert (letter.forwards, letter.quoted, letter.text) == (came, came.text, "Can you send two?")
    assert (letter.subject, [file.name for file in letter.attachments.all()]) == ("Fwd: A broken leg", ["leg.jpg"])


def test_kept_as_a_draft_it_is_known_which_letter_goes_along(client_of: Desk, ada: Agent, came: Touchpoint) -> None:
    browser, address = client_of(ada), f"/conversations/{came.conversation_id}/draft"
    assert browser.post(address, said(came, version=0)).json()["version"] == 1
    # A window that knows nothing of it takes nothing away.
    browser.post(address, said(came, version=1, forwards="", text="Can you send two?"))
    page = shown(client_of, ada, came.conversation, "?aside=1")
    assert value_of(page, "forwards") == str(came.pk)
    assert "The letter goes along, from Carla Ruiz" in page
    assert "leg.jpg" in page
    assert "The letter goes along" not in shown(client_of, ada, came.conversation)


def test_a_letter_of_another_conversation_never_goes_along(
    client_of: Desk, ada: Agent, bo: Agent, karim: Customer, came: Touchpoint, at: datetime
) -> None:
    theirs = written(karim, at=at, text="Nobody's business.").touchpoints.get()
    browser = client_of(ada)
    browser.post(f"/conversations/{came.conversation_id}/draft", said(came, version=0, forwards=theirs.pk))
    assert Draft.objects.get().forwards is None
    assert "Nobody&#39;s business." not in shown(client_of, ada, came.conversation, "?aside=1")


def test_files_that_are_passed_on_weigh_too(client_of: Desk, ada: Agent, came: Touchpoint) -> None:
    Attachment.objects.update(size=30_000_000)
    sheet = shown(client_of, ada, came.conversation, f"?forwards={came.pk}")
    weight = re.search(r"<p [^>]*data-weight[^>]*>", sheet)
    assert weight is not None
    assert not weight.group().endswith("hidden>")
    assert size(30_000_000) in sheet[weight.end() : weight.end() + 40]
    page = client_of(ada).post(f"/conversations/{came.conversation_id}/asides", said(came))
    assert page.status_code == 422
    assert "a letter of ours takes" in page.content.decode()
    assert not Conversation.objects.filter(beside=came.conversation).exists()
    left_out = said(came, pass_on=[])
    assert client_of(ada).post(f"/conversations/{came.conversation_id}/asides", left_out).status_code == 302
