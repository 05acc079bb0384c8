"""No letter is lost, not even one that nobody could have sent: it is shown, explained, and can be read again."""

import pytest
from playwright.sync_api import expect

from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person
from tests.stage import MAILBOX

pytestmark = pytest.mark.journey


def test_a_letter_that_names_no_sender_is_explained_and_read_again(lin: Colleague, karim: Person) -> None:
    lin.goes_to("/letters?fate=trouble")
    lin.is_listening()
    karim.sends(f"To: {MAILBOX}\r\nSubject: Nobody wrote this\r\n\r\nPlease call me back, Karim.\r\n".encode())
    row = lin.page.locator("[data-row]", has_text="Nobody wrote this")
    expect(row).to_contain_text("does not say who wrote it", timeout=PATIENCE_MS)  # without a reload
    row.get_by_role("link", name="Nobody wrote this").click()
    expect(lin.page.get_by_role("main")).to_contain_text("Please call me back, Karim.")
    lin.meets_no_barrier()
    lin.page.get_by_label("It is from").fill(karim.address)
    lin.page.get_by_role("button", name="Read it again").click()
    expect(lin.page.get_by_role("link", name="Open the conversation")).to_be_visible(timeout=PATIENCE_MS)
    lin.page.get_by_role("link", name="Open the conversation").click()
    lin.sees("Please call me back, Karim.")
    expect(lin.page.get_by_role("heading", level=1)).to_have_text("Nobody wrote this")


def test_a_letter_made_to_hurt_shows_as_plain_words(ada: Colleague, carla: Person) -> None:
    """Scripts, styles, forms and pictures from elsewhere: none of it runs, is fetched, or leaves its frame."""
    letter = carla.letter("Look at this", "Only words.")
    letter.add_alternative(
        "<html><head><style>body { display: none }</style><script>document.title = 'taken'</script></head>"
        "<body onload=\"document.title='taken'\"><p style='position:fixed;inset:0;background:red'>Only words.</p>"
        "<img src='http://127.0.0.1:9/pixel.gif' alt='a pixel' onerror=\"document.title='taken'\">"
        "<a href='javascript:document.title=1'>click</a><form action='/account/sign-out'><button>x</button></form>"
        "<div hx-get='/account/sign-out' hx-trigger='load'>y</div></body></html>",
        subtype="html",
    )
    letter.add_attachment("two metres <script>document.title = 'taken'</script>", filename="measures.txt")
    asked_for: list[str] = []
    ada.page.on("request", lambda request: asked_for.append(request.url))
    ada.opens_queue()
    carla.sends(letter)
    ada.opens("Look at this")
    ada.sees("Only words.")
    expect(
        ada.page.locator(".letter form, .letter script, .letter style, .letter [style], .letter [hx-get]")
    ).to_have_count(0)
    expect(ada.page.locator(".letter a[href^=javascript]")).to_have_count(0)
    ada.page.locator(".file-look summary").click()
    expect(ada.page.locator(".file-preview")).to_contain_text("two metres <script>", timeout=PATIENCE_MS)
    assert "taken" not in ada.page.title()
    assert [url for url in asked_for if not url.startswith(ada.rung.base_url)] == []
