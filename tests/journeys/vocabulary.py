"""The words journeys are told in. A journey says who does what and what they see; how that is done with a browser or a
mail program stands here, once."""

import email
import email.policy
import re
import smtplib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr
from itertools import count
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from playwright.sync_api import Locator, Page, expect

from tests.browsers import PATIENCE_MS, Windows, barriers
from tests.installation import Installation
from tests.ports import free_port
from tests.stage import MAILBOX, PASSWORD, SEATS

_numbers = count(1)


# The world outside.


@dataclass(frozen=True)
class Delivered:
    """A letter that somebody's mail server has taken: as it lies in their mailbox, and what stood on the envelope."""

    letter: EmailMessage
    sender: str
    recipients: tuple[str, ...]

    @property
    def subject(self) -> str:
        return str(self.letter["Subject"])

    @property
    def text(self) -> str:
        """What the plain part says, with lines ended as a text file ends them."""
        body = self.letter.get_body(("plain",))
        assert body is not None, f"{self.subject!r} has no plain text"
        return str(body.get_content()).replace("\r\n", "\n")

    @property
    def html(self) -> str:
        body = self.letter.get_body(("html",))
        return str(body.get_content()) if body is not None else ""

    def links(self) -> list[str]:
        return re.findall(r"https?://\S+", self.text)


@dataclass
class PostOffice:
    """An SMTP server that takes every letter and remembers it."""

    mailboxes: list[Delivered] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    def __enter__(self) -> "PostOffice":
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.controller.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?security=plain"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name for it
        raw = envelope.content
        assert isinstance(raw, bytes)
        letter = email.message_from_bytes(raw, policy=email.policy.default)
        with self.news:
            self.mailboxes.append(Delivered(letter, envelope.mail_from or "", tuple(envelope.rcpt_tos)))
            self.news.notify_all()
        return "250 taken"

    def letters_to(self, address: str) -> list[Delivered]:
        with self.news:
            return [each for each in self.mailboxes if address in each.recipients]

    def wait_for(self, address: str, is_meant: Callable[[Delivered], object], seconds: float = 30) -> Delivered:
        """The first letter to an address that is meant; waits until it has come."""
        deadline = time.monotonic() + seconds
        with self.news:
            while True:
                for each in self.mailboxes:
                    if address in each.recipients and is_meant(each):
                        return each
                if not self.news.wait(deadline - time.monotonic()):
                    came = [(each.recipients, each.subject) for each in self.mailboxes]
                    raise AssertionError(f"no such letter to {address} within {seconds} s; there came {came}")


class Person:
    """A customer with an ordinary mail program. Everybody has an address of their own in every journey."""

    def __init__(self, name: str, rung: Installation, post_office: PostOffice) -> None:
        self.name, self.rung, self.post_office = name, rung, post_office
        first = name.split()[0].lower()
        self.address = f"{first}{next(_numbers)}@example.org"

    def letter(self, subject: str, text: str, *, to: str = MAILBOX) -> EmailMessage:
        """A letter as a mail program makes it, not sent yet."""
        letter = EmailMessage()
        letter["From"] = f"{self.name} <{self.address}>"
        letter["To"] = to
        letter["Subject"] = subject
        letter["Date"] = email.utils.localtime()
        letter["Message-ID"] = make_msgid(domain="example.org")
        letter.set_content(text)
        return letter

    def sends(self, letter: EmailMessage | bytes, *, to: str = MAILBOX) -> None:
        """Hand a letter to Rung's mail door, as this person's mail server would."""
        raw = letter if isinstance(letter, bytes) else letter.as_bytes(policy=email.policy.SMTP)
        with smtplib.SMTP("127.0.0.1", self.rung.smtp_port, timeout=30) as client:
            client.sendmail(self.address, [to], raw)

    def writes(self, subject: str, text: str, *, to: str = MAILBOX) -> EmailMessage:
        letter = self.letter(subject, text, to=to)
        self.sends(letter, to=to)
        return letter

    def receives(self, containing: str, *, seconds: float = 30) -> Delivered:
        """A letter in this person's mailbox that has these words in its subject or its text."""
        return self.post_office.wait_for(
            self.address, lambda each: containing in each.subject or containing in each.text, seconds
        )

    def reply_to(self, received: Delivered, text: str) -> EmailMessage:
        """What this person's mail program makes of "answer": quoting, threading, to where the letter wants answers."""
        there = parseaddr(str(received.letter["Reply-To"] or received.letter["From"]))[1]
        quoted = "\n".join(f"> {line}" for line in received.text.splitlines())
        reply = self.letter(
            f"Re: {received.subject.removeprefix('Re: ')}", f"{text}\n\nRung wrote:\n{quoted}\n", to=there
        )
        reply["In-Reply-To"] = str(received.letter["Message-ID"])
        before = str(received.letter["References"] or "")
        reply["References"] = f"{before} {received.letter['Message-ID']}".strip()
        return reply

    def answers(self, received: Delivered, text: str) -> EmailMessage:
        reply = self.reply_to(received, text)
        self.sends(reply, to=parseaddr(str(reply["To"]))[1])
        return reply


# The desk.


@dataclass(frozen=True)
class Keyboard:
    """A keyboard under somebody who waits until the page has loaded: a heading is seen before the scripts listen."""

    page: Page

    def press(self, key: str) -> None:
        self.page.wait_for_load_state()
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.wait_for_load_state()
        self.page.keyboard.type(text)


class Seats:
    """Who works here. Each signs in once; the journeys share the session, as a browser left open overnight does."""

    def __init__(self, rung: Installation) -> None:
        self.rung = rung
        self.sessions: dict[str, Any] = {}

    def take(self, who: str, windows: Windows, **options: Any) -> "Colleague":
        """A window in which this colleague is signed in."""
        email_address = f"{who}@desk.example"
        name = next(name for address, name, *_ in SEATS if address == email_address)
        if who not in self.sessions:
            page = windows()
            colleague = Colleague(name, email_address, self.rung, page)
            colleague.signs_in()
            page.wait_for_url(lambda address: "/account/sign-in" not in address)
            self.sessions[who] = page.context.storage_state()
        return Colleague(name, email_address, self.rung, windows(storage_state=self.sessions[who], **options))


class Colleague:
    """One who serves, in front of a screen."""

    def __init__(self, name: str, address: str, rung: Installation, page: Page) -> None:
        self.name, self.address, self.rung, self.page = name, address, rung, page
        self.keyboard = Keyboard(page)

    # Going somewhere.

    def goes_to(self, path: str) -> None:
        self.page.goto(f"{self.rung.base_url}{path}")

    def signs_in(self, password: str = PASSWORD) -> None:
        self.goes_to("/account/sign-in")
        self.page.get_by_label("E-mail address").fill(self.address)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def opens_queue(self, view: str = "unassigned") -> None:
        self.goes_to(f"/queue/{view}")
        self.is_listening()

    def is_listening(self) -> None:
        """The page hears of news now; what happens from here on has to show by itself."""
        expect(self.page.locator("html[data-stream=open]")).to_be_attached(timeout=PATIENCE_MS)

    def line(self, subject: str) -> Locator:
        """A conversation as a line of the queue."""
        return self.page.locator("#queue [data-row]", has=self.page.get_by_role("link", name=subject))

    def sees_in_queue(self, subject: str) -> Locator:
        line = self.line(subject)
        expect(line).to_be_visible(timeout=PATIENCE_MS)
        return line

    def misses_in_queue(self, subject: str) -> None:
        expect(self.line(subject)).to_have_count(0, timeout=PATIENCE_MS)

    def opens(self, subject: str) -> None:
        """A conversation, from the queue."""
        self.sees_in_queue(subject).get_by_role("link", name=subject).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(subject)
        self.is_listening()

    def waits_for_the_worker(self) -> None:
        """What the worker does now and then (questions come due, grades, numbers) is done at once."""
        self.rung.run("rung", "worker", "--once")

    def finds_in_numbers(self, title: str, text: str) -> None:
        """What a card of the overview says once all that happened is in it. The page does not renew itself, and whatever
        the running worker had begun when it was told to hurry comes with its next round, seconds later."""
        card = self.page.get_by_role("article", name=title)
        for patience_ms in (2_000, 5_000, 10_000, PATIENCE_MS):
            self.goes_to("/numbers")
            try:
                expect(card).to_contain_text(text, timeout=patience_ms)
            except AssertionError:
                if patience_ms == PATIENCE_MS:
                    raise
            else:
                return

    def asks_at_once(self, *, level_share: int = 100) -> None:
        """Have customers asked without delay after a resolution; `level_share` per cent of them for the six levels."""
        self.goes_to("/settings/surveys")
        self.page.get_by_label("Minutes between resolution and question").fill("0")
        self.page.get_by_label("Share of the six-level question").fill(str(level_share))
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()

    def imports(self, subject: str, table: str) -> None:
        """Bring in a list, `subject` "people", "companies" or "orders", the way the screens lead."""
        self.goes_to("/settings/imports")
        self.page.locator(f"input[name=subject][value={subject}]").check(force=True)
        self.page.locator("input[type=file]").set_input_files(
            {"name": f"{subject}.csv", "mimeType": "text/csv", "buffer": table.encode()}
        )
        self.page.get_by_role("button", name="Look at it").click()
        self.page.get_by_role("button", name="Look at every line").click()
        expect(self.page.locator("#import")).to_contain_text("nothing has been written yet", timeout=PATIENCE_MS)
        self.meets_no_barrier()
        self.page.get_by_role("button", name="Import", exact=True).click()
        expect(self.page.get_by_role("button", name="Take it back")).to_be_visible(timeout=PATIENCE_MS)

    # In a conversation.

    @property
    def thread(self) -> Locator:
        return self.page.locator("#thread")

    def sees(self, text: str) -> None:
        """Words in the thread that is open."""
        expect(self.thread).to_contain_text(text, timeout=PATIENCE_MS)

    def sees_state(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("#matter-head")).to_contain_text(text, timeout=PATIENCE_MS)

    def answers(self, text: str) -> None:
        self.page.get_by_label("Text", exact=True).fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()
        self.sees(text)

    def notes(self, text: str) -> None:
        self.page.get_by_label("Note", exact=True).check(force=True)
        self.page.get_by_label("Text", exact=True).fill(text)
        self.page.get_by_role("button", name="Add the note").click()
        self.sees(text)

    def resolves(self, outcome: str = "reached") -> None:
        menu = self.page.locator("#matter-head details", has_text="Resolve")
        menu.locator("summary").click()
        menu.get_by_role("radio", name=outcome, exact=True).check()
        menu.get_by_role("button", name="Resolve").click()
        self.comes_back_to("Resolved")
        self.sees_state("resolved")

    def comes_back_to(self, what: str) -> None:
        """The conversation that was just done with, whatever one has come to since: `what` says what was done to it."""
        left = self.page.get_by_role("status").filter(has_text=what)
        left.get_by_role("link").click()
        self.is_listening()

    # How it looks.

    def meets_no_barrier(self) -> None:
        found = barriers(self.page)
        assert found == [], f"{self.page.url}: {found}"
