"""Calls count as much as letters: logged in two clicks, on whatever one holds in one's hand."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browsers import PHONE, Windows
from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person, Seats

pytestmark = pytest.mark.journey


def test_a_call_is_logged_in_two_clicks_and_what_was_promised_with_it(ada: Colleague, carla: Person) -> None:
    first = carla.writes("When do you open", "I come by on Saturday.")
    ada.opens_queue()
    ada.opens("When do you open")
    ada.page.get_by_role("link", name="Log a call").first.click()  # one
    ada.page.get_by_label("What was said").fill("We open at nine, she comes at ten.")
    ada.page.get_by_role("button", name="Log it").click()  # two
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("When do you open")
    ada.sees("We open at nine, she comes at ten.")
    called = ada.thread.get_by_role("article").filter(has_text="We open at nine")
    expect(called.get_by_role("img", name="Phone")).to_be_visible()
    ada.sees_state("their turn")

    ada.page.get_by_role("link", name="Log a call").first.click()
    ada.page.get_by_label("What was said").fill("She would like a cup of coffee with it.")
    ada.page.get_by_text("Promise something by a day").click()
    ada.page.get_by_label("We promise").fill("a cup of coffee")
    ada.page.get_by_label("by", exact=True).fill((datetime.now(UTC) + timedelta(days=3)).date().isoformat())
    ada.page.get_by_role("button", name="Log it").click()
    expect(ada.page.locator("#promises")).to_contain_text("a cup of coffee")
    ada.meets_no_barrier()

    ada.page.locator("#matter-head summary", has_text="Snooze").click()
    ada.page.locator("#matter-head").get_by_role("button", name=re.compile("Tomorrow morning")).click()
    expect(ada.page.get_by_role("status").get_by_role("button", name="Undo")).to_be_visible(timeout=PATIENCE_MS)
    ada.opens_queue("snoozed")
    expect(ada.sees_in_queue("When do you open")).to_contain_text("promised for", timeout=PATIENCE_MS)
    second = carla.letter("Re: When do you open", "With milk, please.")
    second["In-Reply-To"] = str(first["Message-ID"])
    carla.sends(second)
    ada.misses_in_queue("When do you open")  # by itself
    ada.opens_queue("all")
    ada.sees_in_queue("When do you open")


def test_one_writes_first(ada: Colleague, carla: Person) -> None:
    ada.opens_queue()
    ada.page.get_by_role("link", name="Write to someone").click()
    ada.page.get_by_text("Somebody new").click()
    ada.page.get_by_role("textbox", name=re.compile("^Name")).fill(carla.name)
    ada.page.get_by_label("E-mail address").fill(carla.address)
    ada.page.locator("#id_subject").fill("Your bicycle is ready early")
    ada.page.locator("#id_text").fill("It can be fetched from tomorrow on.")
    ada.page.get_by_role("button", name="Send", exact=True).click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Your bicycle is ready early")
    carla.receives("from tomorrow on")


def test_a_stranger_who_calls_is_known_the_next_time(ada: Colleague) -> None:
    ada.goes_to("/touchpoints/new")
    ada.page.get_by_text("Somebody new").click()
    ada.page.get_by_role("textbox", name=re.compile("^Name")).fill("Mirjam Okafor")
    ada.page.get_by_label("Phone number").fill("+49 30 1234567")
    ada.page.get_by_label("What was said").fill("Asked for the price of a desk.")
    ada.page.get_by_role("button", name="Log it").click()
    ada.sees("Asked for the price of a desk.")
    ada.goes_to("/touchpoints/new")
    ada.page.get_by_label("Who is it?").fill("mirjam")
    expect(ada.page.get_by_role("radio", name=re.compile("Mirjam Okafor"))).to_be_attached(timeout=PATIENCE_MS)


def test_on_a_phone_a_letter_is_answered_and_nothing_sticks_out(seats: Seats, windows: Windows, carla: Person) -> None:
    ada = seats.take("ada", windows, size=PHONE, has_touch=True, is_mobile=True)
    carla.writes("A scratch on the desk " + "and a very long subject " * 6, "See for yourself:\n\n" + "x" * 300)
    subject = ("A scratch on the desk " + "and a very long subject " * 6).strip()
    ada.opens_queue()
    ada.sees_in_queue(subject)
    assert sticks_out(ada) == 0
    ada.opens(subject)
    assert sticks_out(ada) == 0
    ada.answers("We polish it for you.")
    assert sticks_out(ada) == 0
    ada.meets_no_barrier()
    carla.receives("We polish it for you.")


def sticks_out(colleague: Colleague) -> int:
    """How many pixels of the page lie beyond the right edge of the screen."""
    root = "document.documentElement"
    return int(colleague.page.evaluate(f"Math.max(0, {root}.scrollWidth - {root}.clientWidth)"))
