"""Two colleagues at one conversation, and a customer who goes on writing: nobody's words are lost."""

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person

pytestmark = pytest.mark.journey


def test_what_is_being_typed_survives_what_others_do(ada: Colleague, lin: Colleague, carla: Person) -> None:
    first = carla.writes("Two at once", "Is anybody there?")
    for colleague in (ada, lin):
        colleague.opens_queue()
        colleague.opens("Two at once")
    text = ada.page.get_by_label("Text", exact=True)
    text.click()
    ada.keyboard.type("Dear Carla, we are ")
    ada.page.evaluate("document.querySelector('#composer-text').setSelectionRange(5, 10)")
    ada.page.evaluate("document.querySelector('#composer-text').dataset.mine = 'the same element'")

    lin.notes("I called the carrier.")
    ada.sees("I called the carrier.")  # by itself
    lin.answers("Somebody is there.")
    ada.sees("Somebody is there.")
    second = carla.letter("Re: Two at once", "And one more thing.")
    second["In-Reply-To"] = str(first["Message-ID"])
    carla.sends(second)
    ada.sees("And one more thing.")

    expect(text).to_have_value("Dear Carla, we are ")
    expect(text).to_be_focused()
    state = "(({selectionStart, selectionEnd, dataset}) => [selectionStart, selectionEnd, dataset.mine])"
    assert ada.page.evaluate(f"{state}(document.querySelector('#composer-text'))") == [5, 10, "the same element"]

    # The customer wrote while Ada was writing: she is told before hers goes out, and loses nothing.
    ada.page.get_by_role("button", name="Send", exact=True).click()
    expect(ada.page.get_by_label("Text", exact=True)).to_have_value("Dear Carla, we are ", timeout=PATIENCE_MS)
    expect(ada.page.get_by_role("alert").filter(visible=True)).to_be_visible()
    expect(ada.page.get_by_role("alert").filter(visible=True)).to_contain_text("And one more thing.")
    ada.page.get_by_role("button", name="Send anyway").click()
    ada.sees("Dear Carla, we are")


def test_whoever_takes_it_on_is_seen_by_the_others(ada: Colleague, lin: Colleague, carla: Person) -> None:
    ada.opens_queue("unassigned")
    carla.writes("Who takes this", "Hello?")
    ada.sees_in_queue("Who takes this")
    lin.opens_queue("unassigned")
    lin.opens("Who takes this")
    lin.page.get_by_role("button", name="Take it on").click()
    lin.sees_state("you")
    ada.misses_in_queue("Who takes this")  # by itself
    ada.opens_queue("all")
    expect(ada.sees_in_queue("Who takes this")).to_contain_text("Lin Chen")
    ada.opens_queue("mine")
    lin.keyboard.press("a")
    expect(lin.page.get_by_label("To whom")).to_be_focused()
    lin.keyboard.type("Ada")
    lin.keyboard.press("Enter")
    lin.comes_back_to("Given to Ada Berg")
    lin.sees_state("Ada Berg")
    ada.sees_in_queue("Who takes this")  # by itself


def test_two_at_one_form_see_what_the_other_wrote(lin: Colleague, root: Colleague) -> None:
    lin.goes_to("/settings/canned/new")
    lin.page.get_by_label("Title").fill("Thank you")
    lin.page.locator("#id_text").fill("Thank you for telling us.")
    lin.page.get_by_label("Who may use it").select_option(label="everybody")
    lin.page.get_by_role("button", name="Save").click()
    for colleague in (lin, root):
        colleague.goes_to("/settings/canned")
        colleague.page.get_by_role("link", name="Thank you").click()
    text = root.page.locator("#id_text")
    lin.page.locator("#id_text").fill("Thank you so much.")
    lin.page.get_by_role("button", name="Save").click()
    expect(lin.page.get_by_role("heading", level=1)).to_have_text("Canned answers")
    text.fill("Many thanks.")
    root.page.get_by_role("button", name="Save").click()
    expect(root.page.get_by_role("main")).to_contain_text("Somebody else changed this while you were here.")
    expect(root.page.get_by_role("main")).to_contain_text("Thank you so much.")
    expect(text).to_have_value("Many thanks.")
    root.meets_no_barrier()
    lin.goes_to("/settings/canned")
    lin.page.get_by_role("link", name="Thank you").click()
    expect(lin.page.locator("#id_text")).to_have_value("Thank you so much.")


def test_a_line_that_is_lost_is_told_and_one_that_is_back_is_not(lin: Colleague) -> None:
    lin.opens_queue()
    lost = lin.page.get_by_text("No connection: what you see may be old.")
    expect(lost).to_be_hidden()
    lin.page.context.set_offline(True)
    expect(lost).to_be_visible(timeout=PATIENCE_MS)
    lin.page.context.set_offline(False)
    expect(lost).to_be_hidden(timeout=PATIENCE_MS)
