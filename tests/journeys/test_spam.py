"""Spam is put away with its sender, and taken back where it was none."""

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person

pytestmark = pytest.mark.journey


def test_spam_is_put_away_blocked_and_taken_back(ada: Colleague, karim: Person) -> None:
    karim.writes("Grow your business", "Buy followers now.")
    ada.opens_queue()
    ada.opens("Grow your business")
    menu = ada.page.locator("#matter-head details", has_text="To Spam")
    menu.locator("summary").click()
    menu.get_by_text("Block this sender").click()  # on its words, as people do
    ada.meets_no_barrier()
    menu.get_by_role("button", name="To Spam").click()
    expect(ada.page.get_by_role("status").filter(has_text="Marked as spam")).to_contain_text("Grow your business")
    ada.opens_queue()
    ada.misses_in_queue("Grow your business")

    karim.writes("Once more", "Buy followers now.")
    ada.opens_queue("spam")
    ada.sees_in_queue("Grow your business")
    ada.opens("Once more")
    ada.meets_no_barrier()
    ada.page.get_by_role("button", name="Not spam").click()
    expect(ada.page.get_by_role("status")).to_contain_text("It is no spam", timeout=PATIENCE_MS)
    ada.opens_queue()
    ada.sees_in_queue("Once more")
    ada.waits_for_the_worker()

    karim.writes("A real question", "Do you sell oak?")
    ada.sees_in_queue("A real question")
