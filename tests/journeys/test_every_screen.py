"""Every screen there is, found by following links as a visitor would: it opens, has a name, fits a phone, and keeps nobody
out, light or dark."""

import os
import re
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page

from tests.browsers import DESKTOP, PHONE, Windows, barriers
from tests.journeys.vocabulary import Colleague, Person, Seats

pytestmark = pytest.mark.journey
# What a link may lead to that is no screen: files, and the way out.
NO_SCREEN = re.compile(r"\.(csv|eml|parquet|pdf)$|^/attachments/|^/account/sign-out$|^/static/|^/live$|^/s/")
MOST = 120
# Both databases fill the same templates, so how a screen looks is looked at on SQLite, and on PostgreSQL that it opens.
LOOKS = not os.environ.get("DATABASE_URL")
ALL_CHANGED = (
    "document.getAnimations().every((each) => !(each instanceof CSSTransition) || each.playState !== 'running')"
)


def shape(path: str) -> str:
    """Addresses of the same shape show the same screen: numbers stand for one another."""
    return re.sub(r"/\d+", "/0", path)


def links_of(page: Page) -> list[str]:
    hrefs = page.locator("a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    here = urlsplit(page.url)
    found = (urlsplit(urljoin(page.url, href)) for href in hrefs)
    return [link.path for link in found if link.netloc == here.netloc]


def faults_of(page: Page) -> list[str]:
    """What is wrong with a screen, in words."""
    faults = []
    if not page.title().strip(" ·") or page.title().startswith("· "):
        faults.append("has no title")
    if (count := page.get_by_role("heading", level=1).count()) != 1:
        faults.append(f"has {count} headings of the first level")
    for scheme in ("light", "dark"):
        # Without motion: colours that are still on their way from one scheme to the other belong to neither. Waiting for
        # them to arrive instead would wait for ever where a page is not drawn.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        faults += [f"{scheme}: {barrier}" for barrier in barriers(page)]
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if beyond > 0:
        faults.append(f"at {PHONE[0]} px it is {beyond} px too wide")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    return faults


def told(faults: dict[str, list[str]]) -> str:
    return "\n" + "\n".join(f"{path}\n    " + "\n    ".join(found) for path, found in faults.items())


def test_every_screen_opens_fits_and_keeps_nobody_out(
    seats: Seats, windows: Windows, lin: Colleague, carla: Person
) -> None:
    # Something to see on them: a letter with its answer, a note, a call, a resolution, a letter nobody sent.
    carla.writes("The whole story", "It begins here.")
    lin.opens_queue()
    lin.opens("The whole story")
    lin.notes("She is a friend of the house.")
    lin.answers("And goes on there.")
    carla.sends(b"To: support@desk.example\r\nSubject: no sender\r\n\r\nWho am I?\r\n")
    lin.resolves()
    lin.waits_for_the_worker()

    page = seats.take("root", windows).page
    base = lin.rung.base_url
    waiting, seen, faults = ["/", "/ui", "/account/password", "/nowhere"], set[str](), dict[str, list[str]]()
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if shape(path) in seen or NO_SCREEN.search(path):
            continue
        seen.add(shape(path))
        answer = page.goto(f"{base}{path}")
        assert answer is not None
        expected = 404 if path == "/nowhere" else 200
        if answer.status != expected:
            faults[path] = [f"answers {answer.status}"]
        elif LOOKS and (found := faults_of(page)):
            faults[path] = found
        waiting += links_of(page)
    assert faults == {}, told(faults)
    assert {"/conversations/0", "/customers/0", "/ladder", "/numbers", "/letters/0", "/settings/mailboxes"} <= seen


def test_what_strangers_see_keeps_nobody_out(lin: Colleague, window: Page) -> None:
    faults = {}
    for path in ("/account/sign-in", "/account/password/forgotten", "/s/no-such-token", "/nowhere"):
        window.goto(f"{lin.rung.base_url}{path}")
        if found := faults_of(window):
            faults[path] = found
    assert faults == {}, told(faults)


def test_a_name_that_never_ends_stays_in_its_frame(lin: Colleague, carla: Person) -> None:
    name, subject = "N" * 150, "S" * 250
    letter = f"From: {name} <endless@example.org>\r\nTo: support@desk.example\r\nSubject: {subject}\r\n\r\nHello.\r\n"
    carla.sends(letter.encode())
    lin.opens_queue()
    lin.sees_in_queue(subject)
    lin.opens(subject)
    for size in (DESKTOP, PHONE):
        lin.page.set_viewport_size({"width": size[0], "height": size[1]})
        assert lin.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_both_ends_of_the_settings_menu_are_reached_on_a_phone(seats: Seats, windows: Windows, lin: Colleague) -> None:
    page = seats.take("root", windows).page
    page.goto(f"{lin.rung.base_url}/customers")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.locator("summary[title='Settings']").click()
    menu = page.get_by_role("navigation", name="Settings")
    for link in (menu.get_by_role("link").first, menu.get_by_role("link").last):
        link.scroll_into_view_if_needed()
        box = link.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= PHONE[1]


TRAVELLED = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .reduce((bytes, each) => bytes + each.transferSize, 0)"""


@pytest.mark.parametrize("path", ["/home", "/queue", "/numbers", "/settings/mailboxes"])
def test_a_first_look_is_less_than_a_hundred_kilobytes(lin: Colleague, windows: Windows, path: str) -> None:
    """With nothing kept from before and no proxy in front; heads of the answers count."""
    page = windows(storage_state=lin.page.context.storage_state())
    page.goto(f"{lin.rung.base_url}{path}", wait_until="load")
    travelled = page.evaluate(TRAVELLED)
    assert 20_000 < travelled < 100_000, f"{path}: {travelled:,} bytes"
