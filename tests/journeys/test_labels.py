"""Tags, priority, canned answers and merging, by hand and by key."""

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import Colleague, Person

pytestmark = pytest.mark.journey


def test_a_matter_is_tagged_made_urgent_and_answered_from_a_can(ada: Colleague, carla: Person) -> None:
    page = ada.page
    ada.goes_to("/settings/canned/new")
    page.locator("[name=title]").fill("On its way")
    page.locator("[name=text]").fill("Dear {customer.first_name}, it is on its way. {agent.name}")
    page.locator("[name=priority]").select_option("urgent")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="On its way")).to_be_visible()

    ada.opens_queue()
    carla.writes("Where is the can", "It was due on Monday.")
    ada.opens("Where is the can")
    ada.keyboard.press("t")
    expect(page.get_by_label("Name of the tag")).to_be_focused()
    ada.keyboard.type("late delivery")
    ada.keyboard.press("Enter")
    labels = page.locator("#matter-labels")
    expect(labels.get_by_role("link", name="late delivery")).to_be_visible()

    ada.keyboard.press("#")
    expect(page.get_by_label("Find a canned answer")).to_be_focused()
    ada.keyboard.type("its way")
    expect(page.locator(".canned-one").first).to_be_visible()
    ada.keyboard.press("Enter")
    expect(page.get_by_label("Text", exact=True)).to_have_value("Dear Carla, it is on its way. Ada Berg")
    page.get_by_role("button", name="Do it").click()
    expect(labels.get_by_text("urgent").first).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Dear Carla, it is on its way. Ada Berg")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    expect(labels.locator(".priority")).to_have_count(0)
    ada.meets_no_barrier()
    # While one writes, # where a line begins opens the list as well, and Escape goes on writing.
    page.get_by_label("Text", exact=True).press("Control+End")
    ada.keyboard.type("\n#")
    expect(page.get_by_label("Find a canned answer")).to_be_focused()
    ada.keyboard.press("Escape")
    expect(page.get_by_label("Text", exact=True)).to_be_focused()
    ada.goes_to("/queue/all")
    expect(ada.line("Where is the can").get_by_text("late delivery")).to_be_visible()


def test_two_matters_become_one_and_two_again(ada: Colleague, carla: Person) -> None:
    page = ada.page
    ada.opens_queue()
    carla.writes("The wheel squeaks", "Since Monday.")
    carla.writes("Squeaking wheel again", "Did you get my letter?")
    ada.sees_in_queue("The wheel squeaks")
    ada.opens("Squeaking wheel again")
    ada.keyboard.press("Shift+M")
    expect(page.get_by_role("heading", level=1)).to_have_text("Merge into another conversation")
    ada.keyboard.press("j")
    expect(page.get_by_role("link", name="The wheel squeaks")).to_be_focused()
    ada.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Merge into")).to_be_focused()
    ada.keyboard.press("Enter")
    ada.sees("Since Monday.")
    ada.sees("Did you get my letter?")
    ada.keyboard.press("z")
    expect(page.get_by_role("heading", name="Squeaking wheel again")).to_be_visible()
    expect(ada.thread.get_by_text("Since Monday.")).to_have_count(0)
