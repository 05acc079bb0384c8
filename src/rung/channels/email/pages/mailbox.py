from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.channels.email.access.mailbox import visible_mailboxes
from rung.channels.email.checking import Finding
from rung.channels.email.connecting import server_from_url
from rung.channels.email.forms import MailboxForm, known_settings
from rung.channels.email.models import Dispatch, Mailbox, Straggler
from rung.channels.email.models.dispatch import OPEN_STATES


@dataclass(frozen=True)
class MailboxLine:
    """One mailbox in the list. `tone` and `health` say in a word how it is, `troubles` what is wrong."""

    mailbox: Mailbox
    tone: str
    health: str
    troubles: tuple[str, ...]
    waiting: int
    left_behind: int


@dataclass(frozen=True)
class MailboxesPage:
    open: tuple[MailboxLine, ...]
    closed: tuple[MailboxLine, ...]
    door: str
    outgoing: str


@dataclass(frozen=True)
class MailboxPage:
    """The form of one mailbox; `mailbox` is None while it is new, `findings` are there when it was just tried."""

    form: MailboxForm
    outgoing: str
    mailbox: Mailbox | None = None
    findings: tuple[Finding, ...] | None = None
    stragglers: tuple[Straggler, ...] = ()

    @property
    def address(self) -> str:
        """Where the form is sent."""
        return reverse("email:mailbox", args=[self.mailbox.pk]) if self.mailbox else reverse("email:new_mailbox")

    @property
    def trial_address(self) -> str:
        """Where it is sent to be tried only."""
        return reverse("email:trial", args=[self.mailbox.pk]) if self.mailbox else reverse("email:new_trial")

    @property
    def is_sound(self) -> bool:
        """Whether everything that was tried works."""
        return all(finding.is_good for finding in self.findings or ())


def mailboxes_page(agent: Agent) -> MailboxesPage:
    waiting = dict(
        Dispatch.objects.filter(state__in=OPEN_STATES, mailbox__isnull=False)
        .order_by()
        .values_list("mailbox")
        .annotate(n=Count("pk"))
    )
    left = dict(Straggler.objects.values_list("folder__mailbox").annotate(n=Count("pk")))
    lines = [
        _line(mailbox, waiting.get(mailbox.pk, 0), left.get(mailbox.pk, 0)) for mailbox in visible_mailboxes(agent)
    ]
    return MailboxesPage(
        open=tuple(line for line in lines if line.mailbox.is_active),
        closed=tuple(line for line in lines if not line.mailbox.is_active),
        door=settings.SMTP_LISTEN,
        outgoing=default_in_words(),
    )


def _line(mailbox: Mailbox, waiting: int, left_behind: int) -> MailboxLine:
    troubles = tuple(filter(None, (mailbox.last_error, mailbox.sending_error)))
    if troubles:
        tone, health = "bad", _("in trouble")
    elif mailbox.is_fetched() and mailbox.last_checked_at is None:
        tone, health = "info", _("not looked into yet")
    else:
        tone, health = "good", _("in order")
    return MailboxLine(mailbox, tone, health, troubles, waiting, left_behind)


def default_in_words() -> str:
    """How answers leave that go the installation's own way."""
    if not settings.SMTP_URL:
        return _("none yet (RUNG_SMTP_URL): answers are laid into the outbox folder")
    try:
        server = server_from_url(settings.SMTP_URL)
    except ValueError as failure:
        return str(failure)
    return f"{server.host}:{server.port}"


def mailbox_page(
    mailbox: Mailbox | None, form: MailboxForm | None = None, findings: list[Finding] | None = None
) -> MailboxPage:
    """One mailbox as it is, or as the form would have it; None for one that is being set up."""
    stragglers: tuple[Straggler, ...] = ()
    if mailbox is not None:
        left = Straggler.objects.filter(folder__mailbox=mailbox).select_related("folder").order_by("missed_at", "pk")
        stragglers = tuple(left[:50])
        form = form or MailboxForm(initial=known_settings(mailbox), mailbox=mailbox)
    return MailboxPage(
        form or MailboxForm(), default_in_words(), mailbox, None if findings is None else tuple(findings), stragglers
    )
