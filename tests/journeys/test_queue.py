"""The queue as somebody lives in it: many lines at once, a list that keeps still, and a view of one's own."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person

pytestmark = pytest.mark.journey


def test_many_lines_are_settled_by_keyboard_and_taken_back(ada: Colleague, carla: Person, karim: Person) -> None:
    keyboard = ada.keyboard
    carla.writes("Settle one", "Please.")
    karim.writes("Settle two", "Please.")
    ada.opens_queue("all?sort=latest")
    first, second = ada.sees_in_queue("Settle one"), ada.sees_in_queue("Settle two")
    for line in (first, second):
        line.get_by_role("link").focus()
        keyboard.press("x")
    many = ada.page.get_by_role("form", name="With what is chosen")
    expect(many).to_contain_text("2 chosen")
    ada.meets_no_barrier()
    keyboard.press("e")
    keyboard.press("Enter")
    done = ada.page.locator("#done")
    expect(done).to_contain_text("2 resolved.", timeout=PATIENCE_MS)
    ada.misses_in_queue("Settle one")
    ada.misses_in_queue("Settle two")
    ada.is_listening()
    keyboard.press("z")
    expect(done).to_contain_text("2 taken back.", timeout=PATIENCE_MS)
    ada.sees_in_queue("Settle one")
    ada.sees_in_queue("Settle two")

    def to_both(menu: str) -> None:
        for line in (first, second):
            line.get_by_role("link").focus()
            keyboard.press("x")
        many.locator("summary", has_text=menu).click()

    to_both("Assign")
    many.get_by_role("button", name="Bo Falk").click()
    expect(done).to_contain_text("2 given to Bo Falk.", timeout=PATIENCE_MS)
    to_both("Tag")
    many.get_by_label("Another tag").fill("both of them")
    keyboard.press("Enter")  # and not the first button of the form
    expect(done).to_contain_text("2 tagged both of them.", timeout=PATIENCE_MS)
    to_both("Answer")
    many.get_by_label("To each of them").fill("Dear {customer.first_name|there}, it is done.")
    many.get_by_role("button", name="Send to each").click()
    expect(done).to_contain_text("2 answered", timeout=PATIENCE_MS)


def test_a_list_keeps_still_under_the_pointer(ada: Colleague, carla: Person, karim: Person) -> None:
    carla.writes("Under the pointer", "First.")
    ada.opens_queue("all?sort=latest")
    line = ada.sees_in_queue("Under the pointer")
    line.hover()
    before = line.bounding_box()
    karim.writes("Announced only", "Second.")
    news = ada.page.locator("#queue-news")
    expect(news).to_be_visible(timeout=PATIENCE_MS)
    expect(news).to_have_text(re.compile(r"^\d+ new$"))
    expect(ada.line("Announced only")).to_have_count(0)
    assert line.bounding_box() == before
    news.click()
    ada.sees_in_queue("Announced only")
    expect(news).to_be_hidden()


def test_what_is_asked_becomes_a_view(ada: Colleague, carla: Person) -> None:
    carla.writes("Seen in a view", "Please.")
    ada.opens_queue("all?sort=latest")
    ada.sees_in_queue("Seen in a view")
    ada.page.locator("summary", has_text="Filter").click()
    ada.page.locator("#f-channel").select_option(label="E-mail")
    ada.page.locator(".queue-filters").get_by_role("button", name="Show these").click()
    expect(ada.page).to_have_url(re.compile(r"/queue/all\?channel=email&sort=latest$"))
    ada.sees_in_queue("Seen in a view")
    ada.page.get_by_role("link", name="Take away: E-mail").focus()
    ada.page.locator("summary", has_text="Save view").click()
    ada.page.get_by_label("Name of the view").fill("Letters of Ada’s")
    ada.page.get_by_role("button", name="Save", exact=True).click()
    tab = ada.page.get_by_role("navigation", name="Saved views").get_by_role(
        "link", name=re.compile("Letters of Ada’s")
    )
    expect(tab.locator(".count")).to_have_text(re.compile(r"^\d+\+?$"), timeout=PATIENCE_MS)
    ada.meets_no_barrier()
    expect(ada.page).to_have_url(re.compile(r"/queue/views/\d+$"))
    ada.sees_in_queue("Seen in a view")
    ada.page.locator("summary", has_text="Columns").click()
    ada.page.get_by_role("checkbox", name="Letters and calls").check()
    ada.page.locator("form", has=ada.page.get_by_role("checkbox", name="Letters and calls")).get_by_role(
        "button", name="Show these"
    ).click()
    expect(ada.sees_in_queue("Seen in a view")).to_contain_text("1 touchpoint")


def test_a_list_goes_on_and_keeps_its_place(ada: Colleague) -> None:
    ada.rung.run("tests.crowd")
    ada.opens_queue("resolved")
    rows = ada.page.locator("#queue [data-row]")
    expect(rows).to_have_count(50)
    ada.page.locator("[data-foot]").scroll_into_view_if_needed()
    expect(rows).to_have_count(100, timeout=PATIENCE_MS)
    expect(ada.page).to_have_url(re.compile(r"show=100"))
    subject = rows.nth(70).get_by_role("link").inner_text()
    row = ada.line(subject)
    row.scroll_into_view_if_needed()
    before = row.bounding_box()
    assert before is not None
    row.get_by_role("link").click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text(subject)
    ada.page.go_back()
    expect(row).to_be_in_viewport()
    after = row.bounding_box()
    assert after is not None
    assert abs(after["y"] - before["y"]) < 2
    row.get_by_role("link").click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text(subject)
    ada.page.locator(".crumb").click()  # not back in the browser, but by the way the page itself offers
    expect(row).to_be_in_viewport()
    expect(rows).to_have_count(100)
