"""Somebody who uses no mouse serves a customer from the queue to the resolution."""

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person

pytestmark = pytest.mark.journey


def test_a_customer_is_served_without_a_mouse(ada: Colleague, carla: Person) -> None:
    keyboard = ada.keyboard
    carla.writes("By keyboard only", "Can you read this?")
    ada.goes_to("/customers")
    keyboard.press("g")
    keyboard.press("q")
    ada.is_listening()
    ada.sees_in_queue("By keyboard only")
    for _ in range(60):
        keyboard.press("j")
        if "By keyboard only" in ada.page.evaluate("document.activeElement.textContent"):
            break
    keyboard.press("Enter")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("By keyboard only")
    ada.is_listening()

    keyboard.press("r")
    expect(ada.page.get_by_label("Text", exact=True)).to_be_focused()
    keyboard.type("Yes, every word.")
    keyboard.press("Control+Enter")
    ada.sees("Yes, every word.")
    carla.receives("Yes, every word.")

    keyboard.press("e")
    expect(ada.page.get_by_role("radio", name="not known")).to_be_focused()
    keyboard.press("ArrowUp")
    keyboard.press("Tab")
    keyboard.press("Enter")
    ada.comes_back_to("Resolved")
    expect(ada.page.locator("#matter-head")).to_contain_text("resolved", timeout=PATIENCE_MS)
    keyboard.press("u")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Queue")
    ada.misses_in_queue("By keyboard only")


def test_the_list_of_keys_opens_and_closes(ada: Colleague) -> None:
    ada.opens_queue()
    ada.keyboard.press("?")
    keys = ada.page.get_by_role("dialog")
    expect(keys).to_be_visible()
    ada.meets_no_barrier()
    ada.keyboard.press("Escape")
    expect(keys).to_be_hidden()
