"""What each may see and do, made by hand: somebody new gets little, and more with the next click."""

import re

import pytest
from playwright.sync_api import expect

from tests.browsers import Windows
from tests.journeys.vocabulary import Colleague

pytestmark = pytest.mark.journey


def test_somebody_new_may_little_and_more_with_the_next_click(root: Colleague, windows: Windows) -> None:
    page = root.page
    root.goes_to("/settings")
    page.locator("main").get_by_role("link", name="Roles").click()
    page.get_by_role("link", name="Make a role").click()
    page.get_by_label("Name", exact=True).fill("Reader")
    page.get_by_role("radio", name=re.compile("What is theirs")).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Reader")).to_be_visible()
    root.meets_no_barrier()

    root.goes_to("/settings/agents/new")
    page.get_by_label("Name", exact=True).fill("Noor Aziz")
    page.get_by_label("E-mail address").fill("noor@desk.example")
    page.get_by_label("Reader").check()
    page.get_by_role("button", name="Send the invitation").click()
    link = page.get_by_label("Link for choosing a password").input_value()

    noor = Colleague("Noor Aziz", "noor@desk.example", root.rung, windows())
    noor.page.goto(link)
    noor.page.get_by_label("New password", exact=True).fill("reading is a pleasure")
    noor.page.get_by_label("New password, once more").fill("reading is a pleasure")
    with noor.page.expect_navigation():  # a next address, asked for at once, would call this one off
        noor.page.get_by_role("button", name="Choose it and sign in").click()
    noor.goes_to("/settings")
    names = noor.page.locator(".settings-name")
    expect(names.filter(has_text="Canned answers")).to_be_visible()
    expect(names.filter(has_text="Tags")).to_have_count(0)

    root.goes_to("/settings/roles")
    page.get_by_role("link", name="Change the role Reader").click()
    page.get_by_role("checkbox", name=re.compile("Change shared words")).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The role is saved.")).to_be_visible()
    noor.goes_to("/settings")
    names.filter(has_text="Tags").click()
    expect(noor.page.get_by_role("heading", level=1)).to_have_text("Tags")

    root.goes_to("/settings/audit?kind=people")
    expect(page.get_by_text("changed the role “Reader”").first).to_be_visible()
    expect(page.get_by_text("change shared words").first).to_be_visible()
    root.meets_no_barrier()
