"""The same line of e-mail through a mailbox that lies on somebody else's server: a real Dovecot, set up on the screens."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.dovecot import PASSWORD, Account, Dovecot
from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person

pytestmark = pytest.mark.journey
ADDRESS = "hello@shop.example"


@pytest.fixture
def account() -> Iterator[Account]:
    with Dovecot() as dovecot:
        yield dovecot.new_account()


def test_a_mailbox_on_an_imap_server_is_set_up_and_served(
    account: Account, root: Colleague, ada: Colleague, carla: Person
) -> None:
    page = root.page
    root.goes_to("/settings/mailboxes")
    page.get_by_role("link", name="Add a mailbox").click()
    page.get_by_role("textbox", name=re.compile("^Name")).fill("The shop")
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_role("textbox", name="IMAP server").fill(account.server.host)
    page.get_by_label("Port").first.fill(str(account.server.imaps_port))
    page.get_by_label("User").first.fill(account.user)
    page.get_by_label("Password").first.fill("not this one")
    page.get_by_label("Certificate to trust").fill(account.server.certificate)
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator("#findings")).to_contain_text("something does not work", timeout=PATIENCE_MS)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator("#findings")).to_contain_text("everything works", timeout=PATIENCE_MS)
    root.meets_no_barrier()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name=ADDRESS)).to_be_visible()

    ada.opens_queue()
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
    assert account.flags() == [set(), set()], "nothing on the server is marked, moved or deleted"
