"""Signing in with the account of one's own house: set up by hand, tried, used by somebody new, and ended."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browsers import Windows, barriers
from tests.identities import CLIENT_ID, CLIENT_SECRET, Identities
from tests.journeys.vocabulary import Colleague

pytestmark = pytest.mark.journey


@pytest.fixture
def house() -> Iterator[Identities]:
    with Identities() as running:
        running.says = {"email": "nora@house.example", "email_verified": True, "name": "Nora Vik"}
        yield running


def test_whoever_the_house_vouches_for_comes_in(root: Colleague, windows: Windows, house: Identities) -> None:
    page = root.page
    root.goes_to("/settings/sign-in")
    page.get_by_role("link", name="Add a provider").click()
    page.get_by_label("Name on the button").fill("House")
    page.get_by_label("Issuer").fill(house.base)
    page.get_by_label("Client ID").fill(CLIENT_ID)
    page.get_by_label("Client secret").fill("not this one")
    page.get_by_label("E-mail domains").fill("house.example")
    page.get_by_label("Give a seat to whoever it vouches for").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("does not know us by this client ID and secret")
    root.meets_no_barrier()
    page.get_by_label("Client secret").fill(CLIENT_SECRET)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Test the connection").click()
    page.get_by_role("link", name="Allow").click()
    expect(page.get_by_role("status").filter(has_text="It works")).to_contain_text("nora@house.example")
    root.meets_no_barrier()

    hers = windows()
    hers.goto(f"{root.rung.base_url}/account/ways-in")
    hers.get_by_role("link", name="Sign in with House").click()
    hers.get_by_role("link", name="Deny").click()
    expect(hers.get_by_role("status")).to_contain_text("You did not sign in at House.")
    assert barriers(hers) == []
    hers.get_by_role("link", name="Sign in with House").click()
    hers.get_by_role("link", name="Allow").click()
    expect(hers.get_by_role("heading", level=1)).to_have_text("How you sign in")
    expect(hers.get_by_role("main")).to_contain_text("nora@house.example")
    assert barriers(hers) == []

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="End signing in with it").click()
    expect(page.get_by_role("status").filter(has_text="Nobody signs in with House any more.")).to_be_visible()
