"""What administrators see of the mailboxes: the list, and each as a way of steps from its address to live."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count
from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.channels.email.access.automatic import held_count
from rung.channels.email.access.consent import lacks_consent
from rung.channels.email.access.mailbox import visible_mailboxes
from rung.channels.email.access.troubles import Trouble, troubles_of
from rung.channels.email.checking import Finding
from rung.channels.email.connecting import server_from_url
from rung.channels.email.models import (
    Consent,
    Dispatch,
    History,
    KnownSender,
    Mailbox,
    OAuthClient,
    Rehearsal,
    RunState,
    SignIn,
    Stage,
    Straggler,
)
from rung.channels.email.models.dispatch import OPEN_STATES
from rung.channels.email.pages.rehearsal import DryRun, dry_run_of
from rung.channels.email.providers import PROVIDERS, Provider, provider_named


@dataclass(frozen=True)
class MailboxLine:
    """One mailbox in the list. `tone` and `health` say in a word how it is, `troubles` what is wrong; `ended_at`, when its
    provider ceased to let us in."""

    mailbox: Mailbox
    tone: str
    health: str
    troubles: tuple[str, ...]
    waiting: int
    left_behind: int
    ended_at: datetime | None = None


@dataclass(frozen=True)
class MailboxesPage:
    open: tuple[MailboxLine, ...]
    closed: tuple[MailboxLine, ...]
    door: str
    outgoing: str


@dataclass(frozen=True)
class Step:
    """One step on the way to live. `state` is "done", "next", "open" or, of a live one in trouble, "ill"; `about`
    says in a few words where it stands."""

    key: str
    label: str
    href: str
    state: str
    about: str
    is_current: bool = False


@dataclass(frozen=True)
class MailboxPage:
    """One mailbox at one of its steps, or looked at as a whole. `findings` are there when it was just tried."""

    mailbox: Mailbox
    steps: tuple[Step, ...]
    outgoing: str
    form: Form | None = None
    findings: tuple[Finding, ...] | None = None
    stragglers: tuple[Straggler, ...] = ()
    provider: Provider = PROVIDERS["own"]
    consent: Consent | None = None
    client: OAuthClient | None = None
    rehearsal: Rehearsal | None = None
    history: History | None = None
    held: int = 0
    senders: tuple[KnownSender, ...] = ()
    sender: Form | None = None
    dry_run: DryRun | None = None
    troubles: tuple[Trouble, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether everything that was tried works."""
        return all(finding.is_good for finding in self.findings or ())

    @property
    def patience(self) -> str:
        """How long a browser waits for a test: longer than servers have to answer, which is longer than it waits else."""
        return '{"timeout": "120s"}'

    @property
    def wants_consent(self) -> bool:
        """Whether nothing works before somebody connects it at its provider."""
        return lacks_consent(self.mailbox, self.consent)

    @property
    def next_step(self) -> Step | None:
        return next((step for step in self.steps if step.state == "next"), None)

    @property
    def providers(self) -> tuple[Provider, ...]:
        return tuple(PROVIDERS.values())


def mailboxes_page(agent: Agent) -> MailboxesPage:
    waiting = dict(
        Dispatch.objects.filter(state__in=OPEN_STATES, mailbox__isnull=False)
        .order_by()
        .values_list("mailbox")
        .annotate(n=Count("pk"))
    )
    left = dict(Straggler.objects.values_list("folder__mailbox").annotate(n=Count("pk")))
    mailboxes = visible_mailboxes(agent).select_related("consent")
    lines = [_line(mailbox, waiting.get(mailbox.pk, 0), left.get(mailbox.pk, 0)) for mailbox in mailboxes]
    return MailboxesPage(
        open=tuple(line for line in lines if line.mailbox.is_active),
        closed=tuple(line for line in lines if not line.mailbox.is_active),
        door=settings.SMTP_LISTEN,
        outgoing=default_in_words(),
    )


def _line(mailbox: Mailbox, waiting: int, left_behind: int) -> MailboxLine:
    consent = getattr(mailbox, "consent", None) if mailbox.sign_in == SignIn.OAUTH else None
    ended = consent is not None and consent.has_ended()
    braked = _("Automatic letters are held back: too many within an hour.") if mailbox.braked_at else ""
    said = ("" if ended else mailbox.last_error, "" if ended else mailbox.sending_error, braked)
    troubles = tuple(filter(None, said))
    if mailbox.stage == Stage.SETUP:
        tone, health = "info", _("being connected")
    elif mailbox.stage == Stage.PAUSED:
        tone, health = "warn", _("paused")
    elif ended or troubles:
        tone, health = "bad", _("in trouble")
    elif mailbox.is_fetched() and mailbox.last_checked_at is None:
        tone, health = "info", _("not looked into yet")
    else:
        tone, health = "good", _("in order")
    ended_at = consent.ended_at if consent is not None else None
    return MailboxLine(mailbox, tone, health, troubles, waiting, left_behind, ended_at)


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
    mailbox: Mailbox,
    step: str = "",
    form: Form | None = None,
    findings: list[Finding] | None = None,
    *,
    fate: str = "",
    sender: Form | None = None,
) -> MailboxPage:
    """A mailbox at a step of its way, "" for all of it; of a dry run the letters of one `fate`, "" for all of them.
    `sender` is what was said of one and refused."""
    consent = Consent.objects.select_related("given_by").filter(mailbox=mailbox).first()
    rehearsal = Rehearsal.objects.filter(mailbox=mailbox).first()
    history = History.objects.filter(mailbox=mailbox).first()
    provider = provider_named(mailbox.provider, mailbox.address)
    left = Straggler.objects.filter(folder__mailbox=mailbox).select_related("folder").order_by("missed_at", "pk")
    senders = KnownSender.objects.filter(mailbox=mailbox).select_related("told_by").order_by("who")
    troubles = troubles_of(mailbox, consent)
    dry_run = None
    if step == "rehearsal" and rehearsal is not None and rehearsal.state == RunState.DONE:
        dry_run = dry_run_of(rehearsal, fate)
    return MailboxPage(
        mailbox=mailbox,
        steps=_steps(mailbox, consent, rehearsal, history, step, is_ill=bool(troubles)),
        outgoing=default_in_words(),
        form=form,
        findings=None if findings is None else tuple(findings),
        stragglers=tuple(left[:50]) if step == "" else (),
        provider=provider,
        consent=consent,
        client=OAuthClient.objects.filter(provider=provider.key).first() if step in ("servers", "") else None,
        rehearsal=rehearsal,
        history=history,
        held=held_count(mailbox) if step in ("", "automatic") else 0,
        senders=tuple(senders[:1000]) if step == "spam" else (),
        sender=sender,
        dry_run=dry_run,
        troubles=troubles,
    )


def _steps(
    mailbox: Mailbox,
    consent: Consent | None,
    rehearsal: Rehearsal | None,
    history: History | None,
    current: str,
    *,
    is_ill: bool,
) -> tuple[Step, ...]:
    is_fetched = mailbox.is_fetched()
    ways = [("address", _("Address"), True, mailbox.address)]
    if is_fetched:
        wants_consent = lacks_consent(mailbox, consent)
        known = bool(mailbox.imap_host and (mailbox.imap_password or mailbox.sign_in == SignIn.OAUTH))
        about = _("not connected") if known and wants_consent else mailbox.imap_host or _("not entered yet")
        ways.append(("servers", _("Servers"), known and not wants_consent, about))
    else:
        ways.append(("servers", _("Servers"), True, _("our own mail door")))
    ways.append(
        ("trial", _("Test"), mailbox.tested_at is not None, _("works") if mailbox.tested_at else _("not tried yet"))
    )
    ran = rehearsal is not None and rehearsal.state == RunState.DONE
    ways.append(
        ("rehearsal", _("Dry run"), ran, str(rehearsal.get_state_display()) if rehearsal else _("not made yet"))
    )
    if is_fetched:
        done = history is not None and history.state == RunState.DONE
        about = str(history.get_state_display()) if history else _("left on the server")
        ways.append(("history", _("History"), done or mailbox.stage == Stage.LIVE, about))
    is_live = mailbox.stage == Stage.LIVE
    about = _("in trouble") if is_live and is_ill else str(mailbox.get_stage_display())
    ways.append(("live", _("Live"), is_live, about))
    # Whoever has been live once has left what was skipped behind: nothing of it is next, only to be live again.
    has_been_live = mailbox.stage in (Stage.LIVE, Stage.PAUSED)
    steps, has_next = [], False
    for key, label, is_done, about in ways:
        is_next = not is_done and not has_next and (key == "live" or not has_been_live)
        state = "done" if is_done else "next" if is_next else "open"
        if is_done and key == "live" and is_ill:
            state = "ill"
        has_next = has_next or is_next
        steps.append(Step(key, label, reverse(f"email:mailbox_{key}", args=[mailbox.pk]), state, about, key == current))
    return tuple(steps)
