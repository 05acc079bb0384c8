"""A letter comes in, is answered and settled, and taken up again: the line of e-mail, as people live it."""

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person
from tests.stage import MAILBOX

pytestmark = pytest.mark.journey


def test_a_letter_comes_in_is_answered_and_the_answer_to_that_finds_its_way_back(ada: Colleague, carla: Person) -> None:
    ada.opens_queue()
    first = carla.writes("My table has not come", "It was promised for Monday.")
    line = ada.sees_in_queue("My table has not come")  # without a reload
    expect(line).to_contain_text("Carla Ruiz")
    expect(line).to_contain_text("waiting")
    ada.opens("My table has not come")
    ada.sees("It was promised for Monday.")

    ada.answers("Dear Carla, it is on the lorry and comes tomorrow.")
    answer = carla.receives("it is on the lorry")
    assert answer.letter["From"].addresses[0].addr_spec == MAILBOX
    assert str(answer.letter["In-Reply-To"]) == str(first["Message-ID"])
    assert str(first["Message-ID"]) in str(answer.letter["References"])
    assert answer.subject == "Re: My table has not come"
    assert "> It was promised for Monday." in answer.text
    assert "It was promised for Monday." in answer.html
    assert answer.recipients == (carla.address,)
    expect(ada.thread.get_by_text("sent", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    ada.sees_state("their turn")

    ada.resolves("reached")
    carla.answers(answer, "It came, but one leg is missing.")
    ada.sees("It came, but one leg is missing.")  # in the same conversation, by itself
    ada.sees_state("reopened once")
    ada.sees_state("waiting for us")
    expect(ada.thread.get_by_role("article")).to_have_count(3)
