"""Lin sees what frustrates and what delights, follows a driver to a conversation, and names a topic."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browsers import Windows
from tests.installation import Installation
from tests.journeys.vocabulary import Colleague, Seats

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def rung() -> Iterator[Installation]:
    with Installation() as rung:
        rung.set_stage()
        rung.run("tests.patterns.plant")
        rung.start("web")
        yield rung


@pytest.fixture
def lin(rung: Installation, windows: Windows) -> Colleague:
    return Seats(rung).take("lin", windows)


def test_what_frustrates_leads_to_the_conversations_behind_it(lin: Colleague) -> None:
    page = lin.page
    lin.goes_to("/patterns")
    frustrations = page.get_by_role("region", name="Frustrations", exact=True)
    expect(
        page.get_by_role("region", name="Delights", exact=True)
        .get_by_role("link", name="served by somebody who knew")
        .first
    ).to_be_visible()
    lin.meets_no_barrier()

    frustrations.get_by_role("link", name="late first reply").first.click()
    page.wait_for_load_state()
    expect(page.get_by_role("heading", name="late first reply")).to_be_visible()
    lin.meets_no_barrier()
    page.get_by_role("link", name=re.compile(r"^#\d+")).first.click()
    page.wait_for_url(re.compile(r"/conversations/\d+"))

    lin.goes_to("/patterns")
    expect(page.get_by_text("patterns of frustration: 1, of delight: 0")).to_be_visible()
    page.get_by_role("link", name="Topics").click()
    page.wait_for_load_state()
    lin.meets_no_barrier()
    page.get_by_role("link", name=re.compile("courier|parcel|depot|delivery")).first.click()
    page.wait_for_load_state()
    page.get_by_text("Rename, merge or hide").click()
    page.get_by_label("Name").fill("Deliveries")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Deliveries", level=1)).to_be_visible()
    lin.meets_no_barrier()


def test_a_study_is_asked_for_and_stopped(lin: Colleague) -> None:
    page = lin.page
    lin.goes_to("/patterns")
    page.get_by_text("Work it out again").click()
    page.get_by_role("button", name="Drivers alone").click()
    expect(page.locator("#study").get_by_role("status")).to_contain_text("Waiting for the worker")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("What was worked out before stays.")).to_be_visible()
    expect(page.get_by_role("region", name="Frustrations", exact=True)).to_be_visible()


def test_what_goes_worse_for_everybody_is_sought_in_the_house(lin: Colleague) -> None:
    page = lin.page
    lin.goes_to("/training")
    lin.meets_no_barrier()
    page.get_by_role("region", name="3. Product").get_by_role("link").first.click()
    page.wait_for_load_state()
    lin.meets_no_barrier()
    page.get_by_label("Where it comes from").select_option("knowledge")
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state()
    lin.goes_to("/training")
    expect(page.get_by_role("region", name="2. Knowledge").get_by_role("link").first).to_be_visible()
    lin.goes_to("/training/mine")
    lin.meets_no_barrier()
