"""Splitting, linking, history, custom fields, and who else is here."""

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person

pytestmark = pytest.mark.journey


def test_two_at_one_conversation_see_each_other_come_write_and_go(
    ada: Colleague, lin: Colleague, carla: Person
) -> None:
    ada.opens_queue()
    carla.writes("Who looks at this", "Anybody?")
    ada.opens("Who looks at this")
    lin.opens_queue()
    lin.opens("Who looks at this")
    seen = ada.page.locator("#presence")
    expect(seen).to_contain_text("Lin Chen is here too", timeout=PATIENCE_MS)
    lin.page.get_by_label("Text", exact=True).fill("Dear Carla,")
    expect(seen).to_contain_text("Lin Chen is writing", timeout=PATIENCE_MS)
    ada.meets_no_barrier()
    lin.page.close()
    expect(seen).to_have_text("", timeout=PATIENCE_MS)


def test_a_second_matter_is_split_off_linked_and_told_in_the_history(
    ada: Colleague, carla: Person, karim: Person
) -> None:
    page = ada.page
    ada.opens_queue()
    first = carla.writes("The bell does not ring", "Not at all.")
    ada.opens("The bell does not ring")
    second = carla.letter("Re: The bell does not ring", "And where is my lamp?")
    second["In-Reply-To"] = str(first["Message-ID"])
    carla.sends(second)
    ada.sees("And where is my lamp?")
    letter = page.locator(".touch", has_text="And where is my lamp?")
    letter.hover()
    letter.locator(".touch-more summary").click()
    letter.get_by_role("link", name="Put into a conversation of its own").click()
    page.get_by_label("What the new conversation is about").fill("A lamp for the bell")
    ada.meets_no_barrier()
    page.get_by_role("button", name="Split it off").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A lamp for the bell")
    ada.sees("And where is my lamp?")
    expect(page.locator("#asides")).to_contain_text("Split off from")

    ada.keyboard.press("h")
    expect(page.get_by_role("heading", name="Who changed what")).to_be_visible()
    ada.meets_no_barrier()
    page.go_back()

    karim.writes("The warehouse has no lamps", "Until Monday.")
    ada.opens_queue()
    other = ada.sees_in_queue("The warehouse has no lamps").get_by_role("link", name="The warehouse has no lamps")
    number = (other.get_attribute("href") or "").partition("?")[0].rpartition("/")[2]
    ada.opens("A lamp for the bell")
    ada.keyboard.press("Shift+L")
    page.get_by_label("the conversation of the number").fill(number)
    ada.meets_no_barrier()
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator("#asides")).to_contain_text("Waits for")
    page.locator("#matter-head details", has_text="Resolve").locator("summary").click()
    expect(page.locator("#matter-head")).to_contain_text(f"It still waits for #{number}.")


def test_a_field_of_ones_own_is_made_filled_in_and_shown(ada: Colleague, lin: Colleague, carla: Person) -> None:
    lin.goes_to("/settings/fields")
    new = lin.page.locator("form", has=lin.page.get_by_role("button", name="Make the field"))
    new.get_by_label("Name").fill("Colour of the frame")
    new.get_by_label("What is entered").select_option("choice")
    new.get_by_label("one on a line").fill("Racing green\nRaw titanium")
    new.get_by_role("button", name="Make the field").click()
    expect(lin.page.locator(".field-lines")).to_contain_text("Colour of the frame")
    lin.meets_no_barrier()

    ada.opens_queue()
    carla.writes("My frame is scratched", "On the left.")
    ada.opens("My frame is scratched")
    ada.keyboard.press("i")
    ada.page.get_by_label("Colour of the frame").select_option(label="Raw titanium")
    ada.page.locator(".fields-form").get_by_role("button", name="Save").click()
    expect(ada.page.locator(".fields-known")).to_contain_text("Raw titanium", timeout=PATIENCE_MS)
    ada.meets_no_barrier()

    lin.page.locator(".field-lines summary", has_text="Colour of the frame").click()
    lin.page.get_by_role("button", name="Archive the field").click()
    expect(lin.page.get_by_text("One archived field")).to_be_visible()
