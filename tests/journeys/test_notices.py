"""Two colleagues and a bell."""

from playwright.sync_api import expect

from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person


def test_a_bell_rings_for_who_is_called_and_falls_silent_in_every_window(
    carla: Person, ada: Colleague, lin: Colleague
) -> None:
    carla.writes("A bell for my bicycle", "Which one is the loudest?")
    lin.opens_queue()
    lin.opens("A bell for my bicycle")
    ada.opens_queue()
    other = Colleague(ada.name, ada.address, ada.rung, ada.page.context.new_page())
    other.goes_to("/notices")
    other.page.wait_for_load_state()
    lin.notes("@Ada Berg which one do you like?")
    told = other.page.locator("#notices").get_by_role("link", name="A bell for my bicycle")
    expect(told).to_be_visible(timeout=PATIENCE_MS)
    other.meets_no_barrier()
    ada.page.bring_to_front()
    bell = ada.page.get_by_role("link", name="Notices")
    expect(bell).to_contain_text("unread", timeout=PATIENCE_MS)
    ada.keyboard.press("g")
    ada.keyboard.press("b")
    ada.page.get_by_role("link", name="A bell for my bicycle").click()
    ada.sees("which one do you like?")
    other.page.bring_to_front()
    expect(told).to_have_count(0, timeout=PATIENCE_MS)
    other.goes_to("/notices?show=all")
    expect(other.page.locator("#notices")).to_contain_text("Lin Chen calls you in a note")


def test_what_one_is_told_is_a_choice(ada: Colleague) -> None:
    ada.goes_to("/account/notices")
    ada.page.get_by_label("The customer is in touch in a conversation of mine").select_option("digest")
    ada.meets_no_barrier()
    ada.page.get_by_role("button", name="Save").click()
    expect(ada.page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(ada.page.get_by_label("The customer is in touch in a conversation of mine")).to_have_value("digest")


def test_home_leads_with_ones_customers(carla: Person, ada: Colleague) -> None:
    carla.writes("Where is my saddle?", "It was to come on Monday.")
    ada.opens_queue()
    ada.opens("Where is my saddle?")
    ada.page.get_by_role("button", name="Take it on").click()
    expect(ada.page.get_by_role("button", name="Take it on")).to_have_count(0)
    ada.goes_to("/home")
    expect(ada.page.get_by_role("heading", name="Waiting for you")).to_be_visible()
    ada.meets_no_barrier()
    with ada.page.expect_navigation():  # a next address, asked for at once, would call this one off
        ada.page.get_by_role("button", name="Open the queue first").click()
    ada.goes_to("/")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Queue")
    ada.goes_to("/home")
    ada.page.get_by_role("button", name="Open this page first").click()
