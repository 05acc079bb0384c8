"""An installation without anybody: the first administrator comes in, invites a colleague, and she comes in too."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import PHONE, Windows, barriers
from tests.installation import Installation

pytestmark = pytest.mark.journey
PASSWORD = "correct horse battery"


@pytest.fixture
def rung() -> Iterator[Installation]:
    with Installation() as rung:
        rung.migrate()
        rung.start("web")
        yield rung


def sign_in(page: Page, rung: Installation, email: str) -> None:
    page.goto(f"{rung.base_url}/account/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_the_first_administrator_comes_in_and_invites_a_colleague(rung: Installation, windows: Windows) -> None:
    root = windows()
    root.goto(rung.base_url)
    expect(root).to_have_url(f"{rung.base_url}/welcome")
    root.goto(rung.run("rung", "welcome").strip())
    assert barriers(root) == []
    expect(root.get_by_label("Your time zone")).to_have_value("Europe/Berlin")
    root.get_by_label("Your name").fill("Root Adler")
    root.get_by_label("Your e-mail address").fill("root@desk.example")
    root.get_by_label("Choose a password").fill(PASSWORD)
    root.get_by_role("button", name="Take the first seat").click()
    expect(root.get_by_role("heading", level=1)).to_have_text("Settings")
    assert barriers(root) == []

    root.goto(f"{rung.base_url}/settings/teams")
    root.get_by_label("Name").fill("Support")
    root.get_by_role("button", name="Form the team").click()
    expect(root.get_by_role("link", name="Support")).to_be_visible()
    assert barriers(root) == []

    root.goto(f"{rung.base_url}/settings/agents/new")
    assert barriers(root) == []
    root.get_by_label("Name").fill("Noor Haddad")
    root.get_by_label("E-mail address").fill("noor@desk.example")
    root.get_by_label("Support").check()
    root.get_by_role("button", name="Send the invitation").click()
    link = root.get_by_label("Link for choosing a password").input_value()
    assert barriers(root) == []
    root.goto(f"{rung.base_url}/settings/agents")
    expect(root.get_by_role("row", name="Noor Haddad")).to_contain_text("invited")
    assert barriers(root) == []

    noor = windows(size=PHONE, scheme="dark")
    noor.goto(link)
    assert barriers(noor) == []
    noor.get_by_label("New password", exact=True).fill(PASSWORD)
    noor.get_by_label("New password, once more").fill(PASSWORD)
    with noor.expect_navigation():  # a next address, asked for at once, would call this one off
        noor.get_by_role("button", name="Choose it and sign in").click()
    noor.goto(f"{rung.base_url}/account/profile")
    expect(noor.get_by_label("Name")).to_have_value("Noor Haddad")
    assert barriers(noor) == []


def test_a_wrong_password_is_said_and_the_right_one_lets_in_by_keyboard_alone(rung: Installation, window: Page) -> None:
    rung.run("rung", "shell", "-c", SEAT)
    window.goto(f"{rung.base_url}/account/sign-in")
    assert barriers(window) == []
    window.keyboard.type("ada@desk.example")
    window.keyboard.press("Tab")
    window.keyboard.type("not this one")
    window.keyboard.press("Enter")
    expect(window.get_by_role("alert")).to_be_visible()
    assert barriers(window) == []
    sign_in(window, rung, "ada@desk.example")
    window.goto(f"{rung.base_url}/account/profile")
    expect(window.get_by_label("Name")).to_have_value("Ada Berg")


SEAT = f"""
from rung.accounts.verbs import create_agent
from rung.core import clock
from rung.core.actor import SYSTEM
create_agent(email="ada@desk.example", name="Ada Berg", password="{PASSWORD}", by=SYSTEM, at=clock.now())
"""
