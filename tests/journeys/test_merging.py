"""Two records of one person become one on the screen, and two again."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import PATIENCE_MS, Colleague

pytestmark = pytest.mark.journey


def meets(ada: Colleague, name: str, number: str, said: str) -> None:
    ada.goes_to("/touchpoints/new")
    ada.page.get_by_text("Somebody new").click()
    ada.page.get_by_role("textbox", name=re.compile("^Name")).fill(name)
    ada.page.get_by_label("Phone number").fill(number)
    ada.page.get_by_label("What was said").fill(said)
    ada.page.get_by_role("button", name="Log it").click()
    ada.sees(said)


def test_one_person_under_two_numbers_is_merged_and_parted_again(ada: Colleague) -> None:
    meets(ada, "Mirjam Okafor", "+49 30 1234567", "Asked for the price of a desk.")
    meets(ada, "Mirjam Okafor", "+49 171 7654321", "Asked whether it comes in oak.")
    ada.goes_to("/customers?q=mirjam")
    ada.page.get_by_role("link", name="Mirjam Okafor").first.click()
    expect(ada.page.get_by_role("heading", name="Perhaps the same person")).to_be_visible(timeout=PATIENCE_MS)
    ada.page.get_by_role("link", name="Compare").click()
    ada.meets_no_barrier()
    ada.page.get_by_role("button", name="Merge").click()
    for said in ("Asked for the price of a desk.", "Asked whether it comes in oak."):
        expect(ada.page.get_by_text(said).first).to_be_visible()
    ada.meets_no_barrier()
    ada.page.get_by_role("button", name="Undo").click()
    expect(ada.page.get_by_text("they are two people again")).to_be_visible()
    assert ada.page.get_by_text(re.compile("price of a desk|comes in oak")).count() > 0
    ada.goes_to("/customers?q=mirjam")
    expect(ada.page.get_by_role("link", name="Mirjam Okafor")).to_have_count(2)
