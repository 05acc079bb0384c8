"""Writing: undone, later, stopped, kept, passed on, to everyone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browsers import Windows
from tests.journeys.vocabulary import PATIENCE_MS, Colleague, Person, Seats

pytestmark = pytest.mark.journey


def text(who: Colleague) -> Locator:
    return who.page.get_by_label("Text", exact=True)


def names(page: Page, line: str) -> list[str]:
    """Who stands in a line of recipients."""
    return page.locator(f"[data-people={line}] .people-chip").all_inner_texts()


def undoing(who: Colleague, seconds: str) -> None:
    """Choose on the profile how long "Send" can be undone."""
    who.goes_to("/account/profile")
    who.page.get_by_label("How long you can take an answer back").select_option(seconds)
    who.page.get_by_role("button", name="Save").click()
    expect(who.page.get_by_role("status").filter(has_text="saved")).to_be_visible()


def test_send_is_undone_and_sent_anew(ada: Colleague, carla: Person) -> None:
    undoing(ada, "30")
    try:
        ada.opens_queue()
        carla.writes("Undo me", "Is it blue?")
        ada.opens("Undo me")
        ada.answers("Dear Karla, it is bleu.")
        ada.sees_state("waiting for us")  # nothing has left
        ada.page.get_by_role("button", name="Undo").click()
        expect(text(ada)).to_have_value("Dear Karla, it is bleu.")
        text(ada).fill("Dear Carla, it is blue.")
        ada.page.get_by_role("button", name="Send", exact=True).click()
        ada.page.get_by_role("button", name="Send now").click()
        assert "bleu" not in carla.receives("it is blue").text
        ada.sees_state("their turn")
    finally:
        undoing(ada, "0")


def test_what_is_sent_later_stops_when_they_write_first(ada: Colleague, carla: Person) -> None:
    ada.opens_queue()
    first = carla.writes("Later then", "When does it come?")
    ada.opens("Later then")
    text(ada).fill("It leaves the shop tomorrow.")
    ada.page.locator("#composer summary", has_text="Later").click()
    ada.page.get_by_role("button", name="Tomorrow morning").click()
    expect(ada.thread.get_by_text("unless they write")).to_be_visible()
    ada.sees_state("waiting for us")
    second = carla.letter("Re: Later then", "Never mind, I have found the number.")
    second["In-Reply-To"] = first["Message-ID"]
    carla.sends(second)
    ada.sees("was not sent, because Carla Ruiz wrote first")  # by itself
    expect(ada.thread.get_by_text("unless they write")).to_have_count(0)
    ada.page.reload()
    expect(text(ada)).to_have_value("It leaves the shop tomorrow.")
    expect(ada.page.locator("#composer")).to_contain_text("Not sent, because Carla Ruiz wrote before it was due.")


def test_enter_at_a_moment_of_ones_own_sends_it_then_and_not_at_once(ada: Colleague, carla: Person) -> None:
    ada.opens_queue()
    carla.writes("In its time", "When does it come?")
    ada.opens("In its time")
    text(ada).fill("It left the shop this morning.")
    ada.page.locator("#composer summary", has_text="Later").click()
    moment = ada.page.get_by_label("At a moment of your own")
    moment.fill("2099-01-02T10:00")
    moment.press("Enter")
    expect(ada.thread.get_by_text("leaves 2 Jan 2099")).to_be_visible()


def test_going_back_after_sending_offers_nothing_to_send_twice(ada: Colleague, carla: Person) -> None:
    ada.opens_queue()
    carla.writes("Once only", "Is it red?")
    ada.opens("Once only")
    ada.answers("Dear Carla, it is red.")
    ada.page.go_back()
    ada.page.wait_for_load_state()
    ada.sees("Dear Carla, it is red.")
    expect(text(ada)).to_have_value("")


def test_of_two_who_answer_the_second_is_stopped_and_loses_nothing(
    ada: Colleague, lin: Colleague, carla: Person
) -> None:
    ada.opens_queue()
    carla.writes("Crossing", "Red or blue?")
    ada.opens("Crossing")
    lin.goes_to(ada.page.url.removeprefix(ada.rung.base_url))
    text(ada).fill("Red, dear Carla.")
    lin.answers("Blue, of course.")
    ada.page.get_by_role("button", name="Send", exact=True).click()
    stop = ada.page.get_by_role("alert").filter(visible=True)
    expect(stop).to_contain_text("Lin Chen")
    expect(stop).to_contain_text("Blue, of course.")
    expect(text(ada)).to_have_value("Red, dear Carla.")
    expect(ada.thread.get_by_text("Red, dear Carla.")).to_have_count(0)
    text(ada).fill("As Lin says: blue.")
    ada.page.get_by_role("button", name="Send anyway").click()
    ada.sees("As Lin says: blue.")


def test_a_draft_is_there_after_a_reload_and_on_another_machine(
    ada: Colleague, lin: Colleague, carla: Person, seats: Seats, windows: Windows
) -> None:
    ada.opens_queue()
    carla.writes("A long letter", "Tell me everything.")
    ada.opens("A long letter")
    text(ada).fill("Dear Carla, once upon a time")
    entry = ada.page.get_by_label("To", exact=True)
    entry.fill("Rita <rita@example.org>")
    entry.press("Enter")
    expect(ada.page.locator("[data-saved]")).to_have_text(re.compile(r"saved \d\d:\d\d"), timeout=PATIENCE_MS)
    where = ada.page.url.removeprefix(ada.rung.base_url)
    ada.page.reload()
    expect(text(ada)).to_have_value("Dear Carla, once upon a time")
    laptop = seats.take("ada", windows)
    laptop.goes_to(where)
    expect(text(laptop)).to_have_value("Dear Carla, once upon a time")
    assert names(laptop.page, "to") == ["Carla Ruiz", "Rita"]
    lin.goes_to(where)
    expect(lin.page.locator("#writers")).to_contain_text("Ada Berg is writing")
    assert "once upon" not in lin.page.content()
    # Two windows of one person: the one that comes second stops saving, and says so.
    text(ada).fill("Dear Carla, once upon a time there was a table")
    expect(ada.page.locator("[data-saved]")).to_have_text(re.compile(r"saved"), timeout=PATIENCE_MS)
    expect(text(ada)).to_have_js_property("defaultValue", "Dear Carla, once upon a time there was a table")
    text(laptop).fill("Another beginning")
    expect(laptop.page.locator("[data-saved]")).to_contain_text("another window", timeout=PATIENCE_MS)


def test_a_letter_goes_to_a_supplier_whose_answer_stands_on_the_case(
    ada: Colleague, carla: Person, karim: Person
) -> None:
    letter = carla.letter("A leg is missing", "Look at the photo.")
    letter.add_attachment(b"GIF89a-leg", maintype="image", subtype="gif", filename="leg.gif")
    letter.add_attachment(b"%PDF-private", maintype="application", subtype="pdf", filename="contract.pdf")
    ada.opens_queue()
    carla.sends(letter)
    ada.opens("A leg is missing")
    ada.keyboard.press("f")
    entry = ada.page.get_by_label("To", exact=True)
    expect(entry).to_be_focused()
    ada.page.get_by_role("checkbox", name=re.compile("contract.pdf")).uncheck()
    entry.fill(f"{karim.name} <{karim.address}>")
    entry.press("Enter")
    text(ada).fill("Have you such a leg?")
    ada.page.get_by_role("button", name="Send", exact=True).click()
    got = karim.receives("Have you such a leg?")
    assert "Forwarded message" in got.text
    assert "Look at the photo." in got.text
    assert [part.get_filename() for part in got.letter.iter_attachments()] == ["leg.gif"]
    expect(ada.page.get_by_label("Asked beside this")).to_contain_text("Karim Haddad")
    ada.is_listening()
    karim.answers(got, "Two of them, in oak.")
    expect(ada.page.get_by_label("Asked beside this")).to_contain_text("has answered", timeout=PATIENCE_MS)
    ada.sees("answered what was asked beside")
    assert not [each for each in carla.post_office.letters_to(carla.address) if "leg" in each.text]
    ada.opens_queue("all")
    expect(ada.sees_in_queue("A leg is missing")).to_contain_text("answer from Karim Haddad")


def test_a_file_that_is_too_large_or_empty_is_told_before_the_letter_leaves(ada: Colleague, carla: Person) -> None:
    ada.opens_queue()
    carla.writes("Weighing", "Send me everything.")
    ada.opens("Weighing")
    ada.page.locator("input[type=file]").set_input_files(
        [
            {"name": "huge.bin", "mimeType": "application/octet-stream", "buffer": bytes(19_000_000)},
            {"name": "nothing.txt", "mimeType": "text/plain", "buffer": b""},
            {"name": "three.txt", "mimeType": "text/plain", "buffer": b"abc"},
        ]
    )
    lines = ada.page.locator("#composer-files li")
    expect(lines.nth(0)).to_contain_text("a letter of ours takes 18.0 MB", timeout=PATIENCE_MS)
    expect(lines.nth(1).get_by_text("it is empty")).to_be_visible()
    expect(lines.nth(2)).to_contain_text("3 bytes", timeout=PATIENCE_MS)
    expect(lines.nth(2).get_by_text("it is empty")).to_be_hidden()
    # What does not go along weighs nothing.
    expect(ada.page.locator("[data-weight]")).to_have_text("1 kB of 18.0 MB")


def test_the_answer_goes_to_everyone_or_by_one_key_to_the_writer_alone(
    ada: Colleague, carla: Person, karim: Person
) -> None:
    ada.opens_queue()
    letter = carla.letter("For all of us", "Karim should hear of it too.")
    letter["Cc"] = f"{karim.name} <{karim.address}>"
    carla.sends(letter)
    ada.opens("For all of us")
    assert (names(ada.page, "to"), names(ada.page, "cc")) == (["Carla Ruiz"], ["Karim Haddad"])
    ada.keyboard.press("Shift+R")
    assert (names(ada.page, "to"), names(ada.page, "cc")) == (["Carla Ruiz"], [])
    ada.page.get_by_role("link", name="To everyone").click()
    assert names(ada.page, "cc") == ["Karim Haddad"]
    ada.meets_no_barrier()
    ada.answers("Hear, both of you.")
    for person in (carla, karim):
        assert str(person.receives("Hear, both of you.").letter["Cc"]) == f"Karim Haddad <{karim.address}>"


def test_without_javascript_one_answers_undoes_and_settles(
    lin: Colleague, carla: Person, seats: Seats, windows: Windows
) -> None:
    undoing(lin, "30")
    try:
        lin.opens_queue()
        carla.writes("Plainly", "No scripts here.")
        lin.opens("Plainly")
        plain = seats.take("lin", windows, java_script_enabled=False)
        plain.goes_to(lin.page.url.removeprefix(lin.rung.base_url))
        expect(plain.page.get_by_label("To", exact=True)).to_have_value(f"Carla Ruiz <{carla.address}>")
        text(plain).fill("Quite plainly.")
        plain.page.get_by_role("button", name="Send", exact=True).click()
        plain.page.get_by_role("button", name="Undo").click()
        expect(text(plain)).to_have_value("Quite plainly.")
        plain.page.get_by_role("button", name="Send", exact=True).click()
        plain.page.get_by_role("button", name="Send now").click()
        carla.receives("Quite plainly.")
        menu = plain.page.locator("#matter-head details", has_text="Resolve")
        menu.locator("summary").click()
        menu.get_by_role("button", name="Resolve").click()
        plain.page.get_by_role("status").filter(has_text="Resolved").get_by_role("link").click()
        expect(plain.page.locator("#matter-head").get_by_role("button", name="Reopen")).to_be_visible()
    finally:
        undoing(lin, "0")
