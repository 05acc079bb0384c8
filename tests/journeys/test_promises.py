"""What was promised, and by when an answer is due."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person

pytestmark = pytest.mark.journey


def test_what_is_promised_in_an_answer_stands_at_home_until_it_is_kept(carla: Person, ada: Colleague) -> None:
    carla.writes("A bell that fell off", "Could you send me another one?")
    ada.opens_queue()
    ada.opens("A bell that fell off")
    ada.page.get_by_role("button", name="Take it on").click()
    expect(ada.page.get_by_role("button", name="Take it on")).to_have_count(0, timeout=PATIENCE_MS)
    composer = ada.page.locator("#composer")
    composer.get_by_text("Promise something by a day").click()
    composer.get_by_label("We promise").fill("the new bell is in the post")
    composer.get_by_label("by", exact=True).fill(datetime.now(ZoneInfo("UTC")).date().isoformat())
    ada.answers("It leaves today.")
    ada.sees("promised: the new bell is in the post")
    expect(ada.page.locator("#promises")).to_contain_text("promised for today")
    ada.meets_no_barrier()
    ada.goes_to("/home")
    line = ada.page.get_by_role("listitem").filter(has_text="the new bell is in the post")
    expect(line).to_contain_text("promised for today")
    ada.meets_no_barrier()
    line.get_by_role("button", name="Kept").click()
    expect(line).to_have_count(0, timeout=PATIENCE_MS)
    carla_letter = carla.receives("It leaves today.")
    assert "the new bell" not in carla_letter.text  # what is noted is ours, not part of the letter


def test_a_target_puts_its_moment_on_the_row(carla: Person, ada: Colleague, root: Colleague) -> None:
    root.goes_to("/settings/targets/new")
    root.page.get_by_label("Name", exact=True).fill("Within a week")
    root.page.get_by_label("First reply within hours").fill("168")
    root.page.get_by_label("Settled within hours").fill("240")
    expect(root.page.get_by_label("While it is the customer's turn")).to_be_checked()
    root.page.get_by_label("Which hours count").select_option("always")
    root.meets_no_barrier()
    root.page.get_by_role("button", name="Save").click()
    expect(root.page.get_by_role("cell", name="first reply within 168 hours")).to_be_visible()
    root.meets_no_barrier()
    carla.writes("How long does it take?", "I have time.")
    ada.opens_queue()
    line = ada.sees_in_queue("How long does it take?")
    for _look in range(10):  # the worker reckons it once the letter is in
        ada.waits_for_the_worker()
        ada.opens_queue()
        if line.get_by_text("reply due").is_visible():
            break
    expect(line.get_by_text("reply due")).to_be_visible()
    ada.opens("How long does it take?")
    ada.sees_state("reply due")
    ada.sees_state("settle by")
    ada.answers("About three weeks. Which colour shall it be?")
    for _look in range(10):
        ada.waits_for_the_worker()
        ada.page.reload()
        if ada.page.locator("#matter-head").get_by_text("stands still").is_visible():
            break
    ada.sees_state("time to settle stands still")
    root.page.get_by_role("link", name="Within a week").click()
    root.page.once("dialog", lambda dialog: dialog.accept())
    root.page.wait_for_load_state()
    root.page.get_by_role("button", name="Take it off the list").click()
    expect(root.page.get_by_text("No target yet")).to_be_visible()
