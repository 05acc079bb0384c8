"""The customer is asked, once, by letter; what they answer moves the level of that service and the numbers."""

import re
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import PHONE, Windows, barriers
from tests.installation import Installation
from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Delivered, Person

pytestmark = pytest.mark.journey
SURPRISE = "A good surprise, more than I expected"


def serves(lin: Colleague, customer: Person, subject: str) -> Delivered:
    """A whole service: a letter, an answer, a resolution; the letter that asks how it was."""
    customer.writes(subject, "Where is it?")
    lin.opens_queue()
    lin.opens(subject)
    lin.answers("It comes today, I have called the driver.")
    customer.receives("I have called the driver")
    lin.resolves("reached")
    # What the resolution sets off is done by the worker that runs; what comes due by the one that looks.
    lin.sees("resolved the conversation")
    lin.waits_for_the_worker()
    return customer.receives("One question about", seconds=60)


def answer_in(letter: Delivered, words: str) -> str:
    """The link below these words in a letter that asks."""
    lines = [line.strip() for line in letter.text.splitlines()]
    return lines[lines.index(f"* {words}") + 1]


def level_of_answer(lin: Colleague) -> str:
    answer = lin.thread.get_by_role("article").filter(has_text="I have called the driver")
    return answer.get_by_role("link", name=re.compile("Level of service")).inner_text()


def resolved_issues(lin: Colleague) -> int:
    lin.goes_to("/numbers")
    expect(lin.page.locator("#numbers-answer[hx-get]")).to_have_count(0, timeout=PATIENCE_MS)
    card = lin.page.get_by_role("article", name="Resolved issues")
    found = re.search(r"Resolved at the end of the period\s+(\d+)", card.inner_text())
    return int(found[1]) if found else 0


def test_the_question_is_answered_by_two_clicks_and_moves_the_level_and_a_number(
    lin: Colleague, carla: Person, windows: Windows
) -> None:
    before = resolved_issues(lin)
    lin.asks_at_once()
    asking = serves(lin, carla, "The shelf for my kitchen")
    assert asking.letter["Auto-Submitted"] == "auto-generated"
    assert "Not enough evidence" in level_of_answer(lin)

    browser = windows(size=PHONE)
    browser.goto(answer_in(asking, SURPRISE))
    assert barriers(browser) == []
    expect(browser.get_by_role("radio", name=SURPRISE)).to_be_checked()
    browser.get_by_role("button", name="Yes, that is my answer").click()
    expect(browser.get_by_role("heading", level=1)).to_have_text("Thank you, we have noted it.")
    assert barriers(browser) == []
    browser.get_by_label("What should we know about why?").fill("He called me back at once.")
    browser.get_by_role("button", name="Send").click()
    expect(browser.get_by_role("heading", level=1)).to_have_text("Thank you.")
    assert barriers(browser) == []

    lin.waits_for_the_worker()
    expect(lin.thread).to_contain_text(f"answered “{SURPRISE}”", timeout=PATIENCE_MS)
    expect(lin.thread.get_by_role("link", name=re.compile("Level of service.*Surprising"))).to_be_visible(
        timeout=PATIENCE_MS
    )
    lin.thread.get_by_role("link", name=re.compile("Level of service.*Surprising")).click()
    expect(lin.thread).to_contain_text("six-level question: Surprising", timeout=PATIENCE_MS)
    assert resolved_issues(lin) == before + 1
    lin.goes_to("/ladder")
    weakest = lin.page.get_by_role("row", name="The shelf for my kitchen")
    expect(weakest).to_contain_text("Surprising")


def test_a_satisfied_answer_moves_overall_satisfaction(lin: Colleague, karim: Person, window: Page) -> None:
    lin.asks_at_once(level_share=0)
    asking = serves(lin, karim, "The lamp in the hall")
    window.goto(answer_in(asking, "5 – very satisfied"))
    window.get_by_role("button", name="Yes, that is my answer").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Thank you, we have noted it.")
    lin.waits_for_the_worker()
    lin.finds_in_numbers("Overall satisfaction", "1 of 1 answers")
    lin.page.locator("summary", has_text="Export").click()
    with lin.page.expect_download() as table:
        lin.page.get_by_role("link", name="CSV", exact=True).click()
    assert "overall_satisfaction" in table.value.path().read_text(encoding="utf-8-sig")


def test_a_scanner_that_opens_every_link_answers_nothing(
    rung: Installation, lin: Colleague, carla: Person, window: Page
) -> None:
    lin.asks_at_once()
    asking = serves(lin, carla, "The carpet")
    for link in asking.links():
        for method in ("HEAD", "GET"):
            with urllib.request.urlopen(urllib.request.Request(link, method=method), timeout=20) as answer:
                assert answer.status == 200
                answer.read()
    # A scanner may even be a browser: it runs the page's scripts, but nobody moves a pointer in it.
    window.goto(answer_in(asking, "About what I expected"))
    window.wait_for_load_state("networkidle")
    window.reload()
    expect(window.get_by_role("radio", name="About what I expected")).to_be_checked()
    expect(window.get_by_role("button", name="Yes, that is my answer")).to_be_visible()
    invited = f"customer_id IN (SELECT customer_id FROM customers_address WHERE value = '{carla.address}')"
    assert rung.rows(f"SELECT state FROM surveys_invitation WHERE {invited}") == [("sent",)]
    window.get_by_role("button", name="Yes, that is my answer").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Thank you, we have noted it.")
    assert rung.rows(f"SELECT state FROM surveys_invitation WHERE {invited}") == [("answered",)]
