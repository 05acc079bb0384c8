"""Somebody goes through a list, one conversation after the other, and never has to go back to it."""

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import Colleague, Person

pytestmark = pytest.mark.journey


def test_one_after_the_other_is_settled_and_one_taken_back(ada: Colleague, carla: Person) -> None:
    heading = ada.page.get_by_role("heading", level=1)
    for subject in ("The first of two", "The second of two"):
        carla.writes(subject, "In its turn.")
        ada.goes_to("/queue/all?sort=latest")
        ada.is_listening()
        ada.sees_in_queue(subject)
    ada.opens("The second of two")
    ada.keyboard.press("e")
    expect(ada.page.get_by_role("radio", name="not known")).to_be_focused()
    ada.keyboard.press("Enter")
    expect(heading).to_have_text("The first of two")
    left = ada.page.get_by_role("status").filter(has_text="Resolved")
    expect(left).to_contain_text("The second of two")
    ada.meets_no_barrier()
    ada.keyboard.press("z")
    expect(heading).to_have_text("The second of two")
    ada.sees_state("waiting for us")
    ada.keyboard.press("j")
    expect(heading).to_have_text("The first of two")
    ada.keyboard.press("k")
    expect(heading).to_have_text("The second of two")
    ada.keyboard.press("k")
    expect(ada.page.get_by_role("status").filter(has_text="begins here")).to_be_visible()
    ada.keyboard.press("u")
    expect(heading).to_have_text("Queue")
    ada.keyboard.press("j")  # goes on behind the one that was left
    expect(ada.page.get_by_role("link", name="The first of two")).to_be_focused()
