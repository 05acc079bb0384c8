"""Somebody looks for what a customer wrote, by a word of it and by the palette."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person

pytestmark = pytest.mark.journey


def test_a_letter_is_found_by_a_word_of_it_while_one_types(ada: Colleague, carla: Person) -> None:
    carla.writes("About the wardrobe", "The mirror of the Zwetschkenbaum wardrobe is cracked.")
    ada.opens_queue()
    ada.sees_in_queue("About the wardrobe")
    ada.waits_for_the_worker()
    keyboard = ada.keyboard
    keyboard.press("/")
    expect(ada.page.get_by_label("Search everything")).to_be_focused()
    keyboard.type("cracked zwetsch")
    keyboard.press("Enter")
    expect(ada.page.locator("#found mark").first).to_be_visible(timeout=PATIENCE_MS)
    expect(ada.page.locator("#found")).to_contain_text("About the wardrobe")
    ada.meets_no_barrier()

    field = ada.page.get_by_label("Search for anything")
    field.fill("zwetshckenbaum ")
    expect(ada.page.locator("#found")).to_contain_text("Did you mean", timeout=PATIENCE_MS)
    expect(ada.page).to_have_url(f"{ada.rung.base_url}/search?q=zwetshckenbaum+")
    ada.page.get_by_role("link", name="zwetschkenbaum").click()
    expect(ada.page.locator("#found")).to_contain_text("About the wardrobe", timeout=PATIENCE_MS)
    field.press("ArrowDown")
    keyboard.press("Enter")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("About the wardrobe")
    ada.sees("Zwetschkenbaum")


def test_words_of_any_script_are_found_and_narrowed_by_what_one_types(
    ada: Colleague, carla: Person, karim: Person
) -> None:
    carla.writes("About the tea", "龍井茶の注文はどうなりましたか。")
    karim.writes("About the delivery", "أين الطَّلَبُ الَّذِي دفعتُ ثمنه؟")
    ada.opens_queue()
    for subject in ("About the tea", "About the delivery"):
        ada.sees_in_queue(subject)
    ada.waits_for_the_worker()
    found = ada.page.locator("#found .seek-conversation")

    def finds(wanted: str, subject: str) -> None:
        ada.goes_to(f"/search?{urlencode({'q': wanted})}")
        expect(found.first).to_contain_text(subject, timeout=PATIENCE_MS)
        expect(found).to_have_count(1)

    finds("龍井茶", "About the tea")
    expect(ada.page.locator("#found mark").first).to_be_visible()
    finds("الطلب", "About the delivery")  # written with its vowels, sought without
    expect(ada.page.locator("#found mark").first).to_be_visible()
    finds(f"from:{karim.address} is:open after:2026-01-01", "About the delivery")
    ada.meets_no_barrier()
    ada.goes_to(f"/search?{urlencode({'q': f'from:{karim.address} before:2026-01-01'})}")
    expect(ada.page.locator("#found")).to_contain_text("Nothing found for")
    ada.page.get_by_role("link", name=re.compile("^Without .*before")).click()
    expect(found).to_have_count(1)


def test_the_palette_goes_anywhere_and_does_what_the_page_can(ada: Colleague, carla: Person) -> None:
    carla.writes("Quincunx shelf", "It leans to one side.")
    ada.opens_queue()
    ada.sees_in_queue("Quincunx shelf")
    ada.waits_for_the_worker()
    keyboard, palette = ada.keyboard, ada.page.get_by_role("dialog", name="Find or do")
    keyboard.press("Control+k")
    expect(palette).to_be_visible()
    ada.meets_no_barrier()
    keyboard.type("quincu")
    expect(palette.get_by_role("option", name="Quincunx shelf")).to_have_attribute(
        "aria-selected", "true", timeout=PATIENCE_MS
    )
    keyboard.press("Enter")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Quincunx shelf")

    keyboard.press("Control+k")
    keyboard.type("take it")
    expect(palette.get_by_role("option", name="Take it on")).to_have_attribute(
        "aria-selected", "true", timeout=PATIENCE_MS
    )
    # As news does that come in between.
    ada.page.locator("main [data-key=m]").evaluate("node => node.replaceWith(node.cloneNode(true))")
    keyboard.press("Enter")
    ada.sees_state("you")

    text = ada.page.get_by_label("Text", exact=True)
    for wanted, reached in (("resol", ada.page.get_by_role("radio", name="not known")), ("answ", text)):
        keyboard.press("Control+k")
        keyboard.type(wanted)
        keyboard.press("Enter")
        expect(reached).to_be_focused()
    keyboard.press("Escape")
    keyboard.press("Control+k")
    keyboard.type("histor")  # lies in a menu
    keyboard.press("Enter")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Who changed what")
    ada.page.go_back()

    keyboard.press("Control+k")
    keyboard.type("dark")
    palette.get_by_role("option", name="Look: Dark").click()
    expect(ada.page.locator("html")).to_have_attribute("data-theme", "dark")
    keyboard.press("Control+k")
    keyboard.type("as the sys")
    palette.get_by_role("option", name="Look: As the system").click()
    expect(ada.page.locator("html")).to_have_attribute("data-theme", "system")
    keyboard.press("Control+k")
    keyboard.type("snoo")
    expect(palette.get_by_role("option", name="Snoozed")).to_be_visible()
    # What is answered while a button is pressed does not take the click away.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    ada.page.route("**/palette?*", hold)
    with ada.page.expect_request("**/palette?*"):
        keyboard.type("z")
    palette.get_by_role("option", name="Snoozed").hover()
    ada.page.mouse.down()
    with ada.page.expect_response("**/palette?*") as answer:
        held[0].continue_()
    answer.value.finished()
    ada.page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    ada.page.mouse.up()
    ada.page.unroute("**/palette?*")
    expect(ada.page.get_by_role("link", name="Snoozed")).to_have_attribute("aria-current", "page")
    keyboard.press("Control+k")
    keyboard.type("custo")
    palette.get_by_role("option", name=re.compile("^Customers")).click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Customers")
    keyboard.press("Control+k")
    expect(palette.get_by_role("group", name="Recent")).to_contain_text("Quincunx shelf", timeout=PATIENCE_MS)
    keyboard.press("Escape")
    expect(palette).to_be_hidden()
