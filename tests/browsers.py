"""A real browser for the journeys: an installed Chromium (RUNG_CHROMIUM names one), else the browser tool's own.

`window` is a fresh visitor's page; `windows` makes more of them. Whatever a page complains of in its console (a script that
failed, something the content policy refused) fails the journey at its end.
"""

import os
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.everything import browser as installed_browser

# Without these a browser looks for its maker's hosts at every start, which a closed network answers slowly.
QUIET = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
DESKTOP = (1280, 900)
PHONE = (390, 844)

# What a console tells of as an error and is none: a page asked for on purpose that is refused, and a refresh that htmx
# called off because a younger one took its place.
HARMLESS = ("the server responded with a status of 4", "AbortError: signal is aborted")

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
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert [said for said in complaints if not any(harmless in said for harmless in HARMLESS)] == []


@pytest.fixture
def window(windows: Windows) -> Page:
    return windows()


def barriers(page: Page) -> list[str]:
    """What axe-core finds that would keep somebody out of this page: the rule, and where."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['help']} at {node['target']}" for rule in found for node in rule["nodes"]]
