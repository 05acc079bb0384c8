"""Who takes part comes in; who only knows of it is shown to an agent, and let in by one click."""

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person

pytestmark = pytest.mark.journey


def test_somebody_in_copy_answers_and_is_in_it(ada: Colleague, carla: Person, karim: Person) -> None:
    question = carla.letter("The table for both of us", "Karim knows the measures.")
    question["Cc"] = karim.address
    ada.opens_queue()
    carla.sends(question)
    ada.opens("The table for both of us")
    answer = karim.letter("Re: The table for both of us", "It is two metres long.")
    answer["In-Reply-To"] = answer["References"] = question["Message-ID"]
    karim.sends(answer)
    ada.sees("It is two metres long.")


def test_a_stranger_who_knows_the_letter_is_let_in_by_one_click_and_out_by_another(
    ada: Colleague, carla: Person, karim: Person
) -> None:
    question = carla.letter("My table and nobody else's", "When does it come?")
    ada.opens_queue()
    carla.sends(question)
    ada.opens("My table and nobody else's")
    second = karim.letter("From my other address", "It is me, Carla.")
    second["In-Reply-To"] = second["References"] = question["Message-ID"]
    ada.opens_queue()
    karim.sends(second)
    ada.opens("From my other address")
    expect(ada.page.locator(".matter-mention")).to_contain_text("takes no part")
    ada.meets_no_barrier()
    ada.page.get_by_role("button", name="Let them join").click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("My table and nobody else's", timeout=PATIENCE_MS)
    ada.sees("It is me, Carla.")
    ada.page.locator(".matter-mention").get_by_role("button", name="Undo").click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("From my other address", timeout=PATIENCE_MS)
    ada.sees("It is me, Carla.")
