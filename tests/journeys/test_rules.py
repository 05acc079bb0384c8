"""What is done without anybody of us, what another team is asked, and the second step at the door."""

import re

import pytest
from playwright.sync_api import expect

from rung.accounts.totp import code_in, window_at
from rung.core import clock
from tests.browsers import Windows
from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person, Seats
from tests.stage import PASSWORD

pytestmark = pytest.mark.journey


def test_a_lead_makes_a_rule_tries_it_switches_it_on_and_reads_what_it_did(
    ada: Colleague, lin: Colleague, carla: Person
) -> None:
    carla.writes("A Speichenschluessel is missing", "I need it.")
    ada.opens_queue()
    ada.sees_in_queue("A Speichenschluessel is missing")
    page = lin.page
    lin.goes_to("/settings/rules")
    page.get_by_role("link", name="Make a rule").click()
    page.get_by_label("What it is called").fill("Spokes")
    page.get_by_label("One more condition").select_option(label="Subject or text")
    page.get_by_role("button", name="Add condition").click()
    page.get_by_label("Subject or text: which").fill("speichenschluessel")
    page.get_by_label("One more thing that it does").select_option(label="Set the priority")
    page.get_by_role("button", name="Add deed").click()
    page.get_by_label("Set the priority: which").select_option(label="urgent")
    lin.meets_no_barrier()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What “Spokes” would have done")
    expect(page.get_by_role("row", name=re.compile("A Speichenschluessel is missing"))).to_contain_text(
        "Set the priority: urgent"
    )
    lin.meets_no_barrier()
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rules")
    lin.meets_no_barrier()

    carla.writes("Another Speichenschluessel", "For the bell.")
    ada.opens_queue()
    ada.sees_in_queue("Another Speichenschluessel")
    page.get_by_role("link", name="Log").click()
    line = page.get_by_role("row", name=re.compile("Another Speichenschluessel"))
    page.wait_for_load_state()
    lin.waits_for_the_worker()
    page.reload()
    expect(line).to_contain_text("contains one of: speichenschluessel", timeout=PATIENCE_MS)
    lin.meets_no_barrier()
    line.get_by_role("link", name="Another Speichenschluessel").click()
    page.wait_for_load_state()
    lin.keyboard.press("h")
    expect(page.get_by_role("heading", name="Who changed what")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Rule “Spokes”")


def test_another_team_is_asked_and_its_answer_stands_where_it_was_asked(
    ada: Colleague, seats: Seats, windows: Windows, carla: Person
) -> None:
    page = ada.page
    carla.writes("Was my invoice paid", "I am not sure.")
    ada.opens_queue()
    ada.opens("Was my invoice paid")
    number = re.findall(r"/conversations/(\d+)", page.url)[0]
    ada.goes_to(f"/conversations/{number}/asking")
    page.get_by_label("Which team").select_option(label="Billing")
    page.get_by_label("Subject").fill("Carla's invoice")
    page.get_by_label("What do you need from them?").fill("Has it been paid?")
    ada.meets_no_barrier()
    page.get_by_role("button", name="Ask them").click()
    expect(page.locator("#matter-head")).to_contain_text("waits for Billing")
    ada.meets_no_barrier()

    bo = seats.take("bo", windows)
    bo.opens_queue()
    bo.opens("Carla's invoice")
    expect(bo.page.locator("#asides")).to_contain_text("Ada Berg asks Billing for the sake of")
    bo.meets_no_barrier()
    bo.answers("Paid on Monday.")
    expect(page.locator("#asides")).to_contain_text("Paid on Monday.", timeout=PATIENCE_MS)
    expect(page.locator("#matter-head")).not_to_contain_text("waits for Billing")


def test_the_second_step_is_set_up_and_asked_for(root: Colleague, windows: Windows) -> None:
    # A seat of their own: what is demanded at its door concerns no other story.
    root.goes_to("/settings/agents/new")
    root.page.get_by_label("Name", exact=True).fill("Nia Okoro")
    root.page.get_by_label("E-mail address").fill("nia@desk.example")
    root.page.get_by_role("button", name="Send the invitation").click()
    link = root.page.get_by_label("Link for choosing a password").input_value()
    page = windows()
    nia = Colleague("Nia Okoro", "nia@desk.example", root.rung, page)
    page.goto(link)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Choose it and sign in").click()
    page.wait_for_load_state()
    nia.goes_to("/account/second-step")
    secret = page.locator(".totp-key").inner_text().replace(" ", "")
    nia.meets_no_barrier()
    page.get_by_label("The code that the app shows now").fill(code_in(secret, window_at(clock.now())))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    recovery = page.locator(".recovery-codes li").first.inner_text()
    nia.meets_no_barrier()

    later = windows()
    nia.page = later
    nia.signs_in()
    expect(later.get_by_role("heading", level=1)).to_have_text("The second step")
    nia.meets_no_barrier()
    later.get_by_label("The code that your app shows").fill(recovery)
    later.get_by_role("button", name="Sign in").click()
    expect(later.get_by_role("heading", level=1)).not_to_have_text("The second step")
    nia.goes_to("/account/second-step")
    expect(later.get_by_role("main")).to_contain_text("9 recovery codes are left")
    nia.meets_no_barrier()
