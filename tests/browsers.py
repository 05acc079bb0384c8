"""A real browser for the journeys: an installed Chromium (RUNG_CHROMIUM names one), else the browser tool's own.

`window` is a fresh visitor's page; `windows` makes more of them. Whatever a page complains of in its console (a script that
failed, something the content policy refused) fails the journey at its end.
"""

import os
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from tests.everything import browser as installed_browser

# Without these a browser looks for its maker's hosts at every start, which a closed network answers slowly.
QUIET = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
DESKTOP = (1280, 900)
PHONE = (390, 844)

# How long a page may take to come, or to show what is expected of it: on a loaded machine it is late, and no worse for that.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)

# All rules of axe-core; of its answer only what is wrong, for the rest is a hundred times as long.
LOOK = "{resultTypes: ['violations']}"
FOUND = """result => result.violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${rule.help} at ${JSON.stringify(node.target)}`))"""
# What a browser says when the page that was asked goes away for the next one.
BEING_LEFT = (
    "Execution context was destroyed",
    "Cannot find context",
    "Cannot read properties of null",
    "frame was detached",
)
MOST_LEFT = 5

# What a console tells of as an error and is none: a page asked for on purpose that is refused, and a refresh that htmx
# called off because a younger one took its place; and a line that a story has cut. What htmx says of a request that found no
# line the browser has said before, with its cause.
HARMLESS = (
    "the server responded with a status of 4",
    "AbortError: signal is aborted",
    "ERR_INTERNET_DISCONNECTED",
    "htmx:error: Failed to fetch",
)

Windows = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # The browser tool keeps an event loop in this thread; Django would take our own calls for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    sandbox = () if os.geteuid() else ("--no-sandbox",)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=installed_browser(), args=[*QUIET, *sandbox])
        yield started
        started.close()


@pytest.fixture
def windows(browser: Browser) -> Iterator[Windows]:
    """`windows(size=PHONE, scheme="dark")`: another visitor, with cookies of their own."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_window(size: tuple[int, int] = DESKTOP, scheme: str = "light", **options: object) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale="en", timezone_id="Europe/Berlin",
            **options,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        # A page that is closed at the instant at which its next one arrives is acknowledged and stays open in Chromium, and
        # the browser tool waits for its end for ever. So each first goes where nothing is under way.
        for page in context.pages:
            page.goto("about:blank")
        context.close()
    assert [said for said in complaints if not any(harmless in said for harmless in HARMLESS)] == []


@pytest.fixture
def window(windows: Windows) -> Page:
    return windows()


def barriers(page: Page) -> list[str]:
    """What axe-core finds that would keep somebody out of this page: the rule, and where. Looks at the page that comes
    where this one was just being left."""
    for _left in range(MOST_LEFT):
        page.wait_for_load_state()
        try:
            if not page.evaluate("'axe' in window"):
                page.evaluate(AXE)
            return page.evaluate(f"axe.run({LOOK}).then({FOUND})")  # type: ignore[no-any-return]  # by FOUND a list of str
        except Error as error:
            if not any(sign in error.message for sign in BEING_LEFT):
                raise
    raise AssertionError(f"{page.url}: one page after another was left while it was looked at")
