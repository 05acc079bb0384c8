"""Somebody who uses no mouse serves a customer from the queue to the resolution."""

import re

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
    line = ada.sees_in_queue("By keyboard only").get_by_role("link")
    # What j and k lead to says also who it is and whose turn.
    expect(line).to_have_accessible_description(re.compile(r"Carla Ruiz.*waiting"))
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


def test_a_colleague_is_called_by_a_few_letters_and_a_list_left_where_one_stood(ada: Colleague, carla: Person) -> None:
    keyboard, text = ada.keyboard, ada.page.get_by_label("Text", exact=True)
    for subject in ("Whom to call", "Below it"):
        carla.writes(subject, "It is about the frame.")
        ada.goes_to("/queue/all?sort=latest")
        ada.is_listening()
        ada.sees_in_queue(subject)
    below = ada.line("Whom to call").get_by_role("link")
    below.focus()
    keyboard.press("x")
    keyboard.press("t")
    keyboard.press("Escape")
    keyboard.press("Escape")
    expect(ada.page.locator("#queue input[name=c]:checked")).to_have_count(0)
    expect(below).to_be_focused()
    keyboard.press("Enter")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Whom to call")
    ada.is_listening()
    keyboard.press("n")
    keyboard.type("Do you know? @li")
    called = ada.page.get_by_role("listbox", name="Colleagues").get_by_role("option", name="Lin Chen")
    expect(called).to_have_attribute("aria-selected", "true")
    expect(text).to_have_attribute("aria-activedescendant", str(called.get_attribute("id")))
    ada.meets_no_barrier()
    keyboard.press("Enter")
    expect(text).to_have_value("Do you know? @Lin Chen ")
    keyboard.press("Control+Enter")
    ada.sees("Do you know? @Lin Chen")
    expect(ada.thread.get_by_role("heading", name="Ada Berg", level=2)).to_be_visible()


def test_whoever_speaks_to_the_machine_switches_keys_of_one_letter_off(ada: Colleague) -> None:
    heading = ada.page.get_by_role("heading", level=1)
    ada.goes_to("/customers")
    ada.page.locator("summary", has_text="Ada Berg").click()
    keys = ada.page.get_by_role("group", name="Keys of one letter")
    with ada.page.expect_response("**/ui/appearance"):
        keys.get_by_role("button", name="Off").click()
    ada.keyboard.press("Escape")
    ada.keyboard.press("?")
    expect(ada.page.get_by_role("dialog")).to_be_hidden()
    ada.keyboard.press("Control+k")
    expect(ada.page.get_by_role("dialog")).to_be_visible()
    ada.keyboard.type("keys of one letter: on")
    with ada.page.expect_response("**/ui/appearance"):
        ada.page.get_by_role("option", name="Keys of one letter: On").click()
    ada.keyboard.press("g")
    ada.keyboard.press("q")
    expect(heading).to_have_text("Queue")


def test_the_list_of_keys_opens_and_closes(ada: Colleague) -> None:
    ada.opens_queue()
    ada.keyboard.press("?")
    keys = ada.page.get_by_role("dialog")
    expect(keys).to_be_visible()
    ada.meets_no_barrier()
    ada.keyboard.press("Escape")
    expect(keys).to_be_hidden()
