"""The letter that tells somebody of us what they have not seen in the page. Plain text: a list, and where it leads.

It quotes nothing of what was written: that is for those who sign in, and this letter lies on other people's servers.
"""

from collections.abc import Sequence
from email.utils import parseaddr

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.accounts.access import Agent
from rung.core.text import one_line, snippet
from rung.notices.folding import Line
from rung.ui.dates import date_format

_SALT = "rung.notices.stop"
MOST_LINES = 30


def send_letter(agent: Agent, lines: Sequence[Line]) -> None:
    """Raises SMTPException or OSError when no server takes it."""
    letter_for(agent, lines).send()


def letter_for(agent: Agent, lines: Sequence[Line]) -> EmailMessage:
    with timezone.override(agent.zone), translation.override(agent.language):
        stop = settings.BASE_URL + reverse("notices:stop", args=[stop_token(agent)])
        return EmailMessage(
            subject=one_line(_subject(lines), 150),
            body=_text(agent, lines, stop),
            to=[agent.email],
            headers=_headers(lines, stop),
        )


def stop_token(agent: Agent) -> str:
    """What the link to no more letters carries. It is good for ever: a "no" has no last day."""
    return signing.Signer(salt=_SALT).sign(str(agent.pk))


def agent_of(token: str) -> int | None:
    """Whose link it is, by primary key; None when it is not one of ours."""
    try:
        return int(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def _subject(lines: Sequence[Line]) -> str:
    if len(lines) == 1:
        return f"{snippet(lines[0].sentences[0], 70)}: {snippet(lines[0].subject, 70)}"
    return ngettext("News in %(n)d conversation", "News in %(n)d conversations", len(lines)) % {"n": len(lines)}


def _text(agent: Agent, lines: Sequence[Line], stop: str) -> str:
    parts = [_("Hello %(name)s,") % {"name": agent.name}]
    parts += [_about(line) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        rest = len(lines) - MOST_LINES
        parts.append(
            ngettext("and %(n)d more:", "and %(n)d more:", rest) % {"n": rest} + f"\n{_page('notices:notices')}"
        )
    parts.append(
        _("What you are told, and when:")
        + f"\n{_page('notices:ways')}\n"
        + _("No more of these letters:")
        + f"\n{stop}"
    )
    return "\n\n".join(parts) + "\n"


def _about(line: Line) -> str:
    when = date_format(timezone.localtime(line.latest_at), "j M, H:i")
    whom = f"{line.customer}, {line.company}" if line.company else line.customer
    said = [f"  {sentence}" for sentence in line.sentences]
    href = settings.BASE_URL + line.href
    return "\n".join([f"{snippet(line.subject, 100)} ({whom})", *said, f"  {when}", f"  {href}"])


def _page(name: str) -> str:
    return settings.BASE_URL + reverse(name)


def _headers(lines: Sequence[Line], stop: str) -> dict[str, str]:
    """`Auto-Submitted` is set by Rung's mail door for all of its own letters."""
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "X-Auto-Response-Suppress": "All",
    }
    if len(lines) == 1 and lines[0].number:
        # Mail programs lay letters about one conversation together.
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
        headers["References"] = f"<conversation.{lines[0].number}@{domain}>"
    return headers
