"""Two records of one person become one on the screen, and two again."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import PATIENCE_MS, Colleague

pytestmark = pytest.mark.journey


def meets(ada: Colleague, name: str, number: str, said: str) -> None:
    ada.goes_to("/touchpoints/new")
    ada.page.get_by_text("Somebody new").click()
    ada.page.get_by_role("textbox", name=re.compile("^Name")).fill(name)
    ada.page.get_by_label("Phone number").fill(number)
    ada.page.get_by_label("What was said").fill(said)
    ada.page.get_by_role("button", name="Log it").click()
    ada.sees(said)


def test_one_person_under_two_numbers_is_merged_parted_and_found_at_their_company(
    ada: Colleague, root: Colleague
) -> None:
    meets(ada, "Mirjam Okafor", "+49 30 1234567", "Asked for the price of a desk.")
    meets(ada, "Mirjam Okafor", "+49 171 7654321", "Asked whether it comes in oak.")
    ada.goes_to("/customers?q=mirjam")
    ada.page.get_by_role("link", name="Mirjam Okafor").first.click()
    expect(ada.page.get_by_role("heading", name="Perhaps the same person")).to_be_visible(timeout=PATIENCE_MS)
    with ada.page.expect_navigation():  # a page that is being left has nothing to look at
        ada.page.get_by_role("link", name="Compare").click()
    ada.meets_no_barrier()
    ada.page.get_by_role("button", name="Merge").click()
    for said in ("Asked for the price of a desk.", "Asked whether it comes in oak."):
        expect(ada.page.get_by_text(said).first).to_be_visible()
    ada.meets_no_barrier()
    ada.page.get_by_role("button", name="Undo").click()
    expect(ada.page.get_by_text("they are two people again")).to_be_visible()
    assert ada.page.get_by_text(re.compile("price of a desk|comes in oak")).count() > 0
    ada.goes_to("/customers?q=mirjam")
    expect(ada.page.get_by_role("link", name="Mirjam Okafor")).to_have_count(2)

    ada.page.get_by_role("link", name="Mirjam Okafor").first.click()
    ada.page.get_by_role("link", name="Edit").click()
    ada.page.get_by_label("What they prefer").fill("A call before ten")
    ada.page.locator("#wishes").get_by_role("button", name="Keep").click()
    expect(ada.page.get_by_text("A call before ten").first).to_be_visible()
    consent = ada.page.locator("section", has=ada.page.get_by_role("heading", name="Consent", exact=True)).first
    for answer, told in (("They agree", "yes"), ("They refuse", "no")):
        ada.page.get_by_role("link", name="Note a preference or a consent").click()
        ada.page.locator("#consent-source").fill("said so on the telephone")
        ada.page.get_by_role("button", name=answer).click()
        expect(consent.get_by_role("listitem").first).to_contain_text(f": {told}")
        expect(consent).to_contain_text("said so on the telephone, Ada Berg")
    ada.page.get_by_role("link", name="Edit").click()
    ada.page.locator("#id_company").fill("Oakworks & Daughters")
    ada.page.locator("#id_decision_role").select_option("payer")
    ada.page.get_by_role("button", name="Save").first.click()
    ada.page.locator("main").get_by_role("link", name="Oakworks & Daughters").click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Oakworks & Daughters")
    expect(ada.page.get_by_role("listitem").filter(has_text="Mirjam Okafor").first).to_contain_text("pays")
    ada.meets_no_barrier()
    root.imports("people", "name,email,company\nNils Holm,nils@oakworks.example,Oakworks & Daughters\n")
    ada.page.reload()
    expect(ada.page.get_by_role("link", name="Nils Holm").first).to_be_visible()
