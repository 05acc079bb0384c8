"""The way in: guessing is slowed down, and whoever forgot their password gets in by their mailbox."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import Windows, barriers
from tests.installation import Installation
from tests.journeys.vocabulary import Colleague, PostOffice
from tests.stage import PASSWORD

pytestmark = pytest.mark.journey
# Seats of their own: a password that was changed here, or guessed at, would shut the doors of the other stories, which
# share the seats of the cast and their sessions, in whatever order they are told.
SEATS = f"""
from rung.accounts.verbs import create_agent
from rung.core import clock
from rung.core.actor import SYSTEM
for first, name, role in (("mira", "Mira Lund", "administrator"), ("per", "Per Aas", "agent")):
    create_agent(
        email=first + "@desk.example", name=name, role=role, password="{PASSWORD}", by=SYSTEM, at=clock.now()
    )
"""


@pytest.fixture(scope="module", autouse=True)
def seats_of_their_own(rung: Installation) -> None:
    rung.run("rung", "shell", "-c", SEATS)


def test_guessing_is_stopped_even_for_the_right_password(rung: Installation, window: Page) -> None:
    per = Colleague("Per Aas", "per@desk.example", rung, window)
    for guess in range(6):
        per.signs_in(f"guess number {guess}")
        expect(
            window.get_by_role("alert").or_(window.get_by_text(re.compile("too many|try again later", re.I))).first
        ).to_be_visible()
    per.signs_in(PASSWORD)
    per.goes_to("/queue/unassigned")
    expect(window).to_have_url(re.compile("/account/sign-in"))


def test_a_forgotten_password_is_replaced_by_mail_once(
    rung: Installation, windows: Windows, post_office: PostOffice
) -> None:
    page = windows()
    mira = Colleague("Mira Lund", "mira@desk.example", rung, page)
    mira.goes_to("/account/sign-in")
    page.get_by_role("link", name="Forgotten your password?").click()
    assert barriers(page) == []
    page.get_by_label("E-mail address").fill(mira.address)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    assert barriers(page) == []
    letter = post_office.wait_for(mira.address, lambda each: "password" in each.text.lower())
    link = next(link for link in letter.links() if "/password/" in link)
    assert link.startswith(rung.base_url)
    page.goto(link)
    page.get_by_label("New password", exact=True).fill("a fresh new password")
    page.get_by_label("New password, once more").fill("a fresh new password")
    with page.expect_navigation():  # a next address, asked for at once, would call this one off
        page.get_by_role("button", name="Choose it and sign in").click()
    mira.goes_to("/settings/agents")
    expect(page.get_by_role("heading", level=1)).to_have_text("Agents")

    later = windows()
    later.goto(link)
    expect(later.get_by_role("heading", level=1)).to_have_text("This link does not work any more")
    assert barriers(later) == []
    mira.page = later
    mira.signs_in(PASSWORD)
    expect(later.get_by_role("alert")).to_be_visible()
    mira.signs_in("a fresh new password")
    mira.goes_to("/settings/agents")
    expect(later.get_by_role("heading", level=1)).to_have_text("Agents")


def test_a_stranger_asking_for_a_new_password_learns_nothing(
    rung: Installation, window: Page, post_office: PostOffice
) -> None:
    window.goto(f"{rung.base_url}/account/password/forgotten")
    window.get_by_label("E-mail address").fill("zoe@nowhere.example")
    window.get_by_role("button", name="Send the link").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    assert post_office.letters_to("zoe@nowhere.example") == []
