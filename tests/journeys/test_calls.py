"""The telephone rings, and whoever calls is on the screen."""

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from itertools import count

from playwright.sync_api import expect

from tests.installation import Installation
from tests.journeys.vocabulary import PATIENCE_MS, Colleague

_numbers = count(1)


def test_a_call_is_announced_spoken_and_kept(rung: Installation, root: Colleague, ada: Colleague) -> None:
    number = f"+4971155{next(_numbers):04}"
    root.goes_to("/settings/telephones")
    root.page.get_by_label("Name", exact=True).fill("Switchboard")
    root.page.get_by_role("button", name="Add, and show its token").click()
    token = root.page.locator("[data-token]").inner_text()
    root.meets_no_barrier()

    def announces(**said: str) -> None:
        request = urllib.request.Request(
            f"{rung.base_url}/calls/announcements",
            data=json.dumps({"call": number, "number": number, "agent": ada.address, **said}).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.status in (200, 201)

    ada.opens_queue()
    announces(state="ringing")
    card = ada.page.locator("#calls-above .call")
    expect(card).to_contain_text("Nobody is known by this number.", timeout=PATIENCE_MS)
    card.get_by_label("Their name").fill("Noa Lindqvist")
    card.get_by_role("button", name="New person").click()
    expect(card.get_by_role("link", name="Noa Lindqvist")).to_be_visible(timeout=PATIENCE_MS)
    announces(state="answered")
    notes = card.get_by_label("Notes")
    notes.fill("The bell of her bicycle is loose.")
    expect(card.get_by_role("status").filter(has_text="Kept")).to_be_visible(timeout=PATIENCE_MS)
    card.get_by_text("Promise something by a day").click()
    card.get_by_label("We promise").fill("a new bell in the post")
    card.get_by_label("by", exact=True).fill((datetime.now(UTC) + timedelta(days=3)).date().isoformat())
    card.get_by_role("button", name="Note it").click()
    expect(card.locator(".call-facts")).to_contain_text("a new bell in the post", timeout=PATIENCE_MS)
    expect(notes).to_have_value("The bell of her bicycle is loose.")
    ada.meets_no_barrier()
    card.get_by_role("link", name="Open").click()
    expect(ada.page.get_by_role("heading", level=1)).to_contain_text("Noa Lindqvist")
    expect(notes).to_have_value("The bell of her bicycle is loose.", timeout=PATIENCE_MS)
    announces(state="ended", seconds="240")
    expect(card).to_contain_text("Over after 4 min", timeout=PATIENCE_MS)
    card.get_by_role("button", name="Done").click()
    expect(card).to_have_count(0, timeout=PATIENCE_MS)
    ada.goes_to("/calls")
    ada.page.get_by_role("row", name="Noa Lindqvist").get_by_role("link", name="Thread").click()
    ada.sees("The bell of her bicycle is loose.")
