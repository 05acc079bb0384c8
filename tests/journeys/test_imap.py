"""A mailbox that lies on somebody else's server: a real Dovecot, connected on the screens, step by step; by password, and by
a consent given at an authorisation server."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.authorisation import CLIENT_ID, CLIENT_SECRET, Authorisation
from tests.dovecot import PASSWORD, Account, Dovecot
from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person

pytestmark = pytest.mark.journey
ADDRESS, CONSENTED = "hello@shop.example", "office@shop.example"


@pytest.fixture
def provider() -> Iterator[Authorisation]:
    with Authorisation() as running:
        yield running


@pytest.fixture
def account(provider: Authorisation) -> Iterator[Account]:
    with Dovecot(tokeninfo_url=provider.tokeninfo_url) as dovecot:
        yield dovecot.new_account()


def begins(root: Colleague, address: str, account: Account) -> Page:
    """The address, and the servers up to how one signs in."""
    page = root.page
    root.goes_to("/settings/mailboxes")
    page.get_by_role("link", name="Add a mailbox").click()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("textbox", name=re.compile("^Name")).fill("The shop")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Servers")
    page.get_by_role("textbox", name="IMAP server").fill(account.server.host)
    page.get_by_label("Port").first.fill(str(account.server.imaps_port))
    page.get_by_label("User").first.fill(account.user)
    page.get_by_label("Certificate to trust").fill(account.server.certificate)
    return page


def test_a_mailbox_is_connected_step_by_step_and_served(
    account: Account, root: Colleague, ada: Colleague, carla: Person
) -> None:
    account.put(
        carla.letter("A letter of last year", "Long settled.", to=ADDRESS).as_bytes(),
        at=datetime.now(UTC) - timedelta(days=200),
    )
    page = begins(root, ADDRESS, account)
    page.get_by_label("Password", exact=True).first.fill("not this one")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator("#findings")).to_contain_text("something does not work", timeout=PATIENCE_MS)
    expect(page.locator("#findings")).to_contain_text("What to do:")
    page.get_by_label("Password", exact=True).first.fill(PASSWORD)
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator("#findings")).to_contain_text("everything works", timeout=PATIENCE_MS)
    root.meets_no_barrier()
    page.get_by_role("link", name="Continue to the dry run").click()
    page.get_by_role("button", name="Make a dry run").click()
    expect(page.get_by_role("row", name="A letter of last year")).to_contain_text(
        f"a new conversation of {carla.name}", timeout=PATIENCE_MS
    )
    root.meets_no_barrier()
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#progress")).to_contain_text("1 of them new here", timeout=PATIENCE_MS)
    expect(page.locator("#progress")).to_contain_text("The import is done", timeout=PATIENCE_MS)
    with page.expect_navigation():  # a page that is being left has nothing to look at
        page.get_by_role("link", name="Continue").click()
    root.meets_no_barrier()
    page.get_by_role("button", name="Go live").click()
    expect(page.get_by_role("main")).to_contain_text("What comes in becomes conversations.")

    ada.opens_queue("resolved")
    ada.sees_in_queue("A letter of last year")
    ada.opens_queue()
    ada.misses_in_queue("A letter of last year")
    first = carla.letter("Do you have it in oak", "The table in your window.", to=ADDRESS)
    account.put(first.as_bytes())
    ada.opens("Do you have it in oak")
    ada.answers("Yes, in oak and in beech.")
    answer = carla.receives("in oak and in beech")
    assert answer.letter["From"].addresses[0].addr_spec == ADDRESS
    assert str(answer.letter["In-Reply-To"]) == str(first["Message-ID"])

    account.put(carla.reply_to(answer, "Then I take it in beech.").as_bytes())
    ada.sees("Then I take it in beech.")
    expect(ada.thread.get_by_role("article")).to_have_count(3)
    assert account.flags() == [set(), set(), set()], "nothing on the server is marked, moved or deleted"


def test_a_mailbox_is_connected_by_consent_and_again_when_that_was_taken_back(
    account: Account, provider: Authorisation, root: Colleague
) -> None:
    provider.user = account.user
    page = begins(root, CONSENTED, account)
    page.get_by_label("With a consent given at the provider (OAuth)").check()
    page.get_by_role("button", name="Save and connect at the provider").click()
    expect(page.get_by_role("main")).to_contain_text("Redirect address")
    page.get_by_label("Client ID").fill(CLIENT_ID)
    page.get_by_label("Client secret").fill(CLIENT_SECRET)
    page.get_by_label("Authorisation address").fill(provider.authorize_url)
    page.get_by_label("Token address").fill(provider.token_url)
    root.meets_no_barrier()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Go on", exact=True).click()
    page.get_by_role("link", name="Allow").click()
    expect(page.get_by_role("status")).to_contain_text("Connected.")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator("#findings")).to_contain_text("everything works", timeout=PATIENCE_MS)

    provider.revoke()
    page.get_by_role("button", name="Test it again").click()
    expect(page.locator("#findings")).to_contain_text("connect again", timeout=PATIENCE_MS)
    page.reload()
    root.goes_to("/settings/mailboxes")
    page.get_by_role("link", name=CONSENTED).click()
    page.get_by_role("link", name="Connect again").click()
    page.get_by_role("link", name="Allow").click()
    expect(page.get_by_role("status")).to_contain_text("Connected.")
