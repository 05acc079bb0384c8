"""What a letter brought along besides text and files, for the thread: an invitation, letters passed on, a signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from rung.core.addresses import reverse
from rung.desk.pages.letters import letter_html
from rung.touchpoints.access import Attachment, Touchpoint
from rung.touchpoints.doors import Door

MAX_NAMES = 12


@dataclass(frozen=True, slots=True)
class Answer:
    who: str
    said: str


@dataclass(frozen=True, slots=True)
class Invited:
    """`days` of an event of whole days; else `starts_at`, and `there` the time zone of whoever wrote it down."""

    kind: str
    tone: str
    title: str
    starts_at: datetime | None
    ends_at: datetime | None
    there: ZoneInfo | None
    days: tuple[date, ...]
    repeats: bool
    place: str
    organiser: str
    answers: tuple[Answer, ...]
    more: int

    def when(self) -> str:
        """In the zone that is active while the page is rendered: the reader's."""
        if self.days:
            return " – ".join(date_format(day, "l j F Y") for day in self.days)
        if self.starts_at is None:
            return _("(no time is given)")
        return _span(self.starts_at, self.ends_at, timezone.get_current_timezone())

    def when_there(self) -> str:
        """On the writer's clock, where that shows another time."""
        if self.starts_at is None or self.there is None:
            return ""
        here = self.starts_at.astimezone(timezone.get_current_timezone())
        if self.starts_at.astimezone(self.there).utcoffset() == here.utcoffset():
            return ""
        return f"{_span(self.starts_at, self.ends_at, self.there)} {self.there.key}"


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A letter inside the letter. `is_within` its text: `text` and `html` are what of that is shown here instead."""

    who: str
    to: str
    sent_at: datetime | None
    sent: str
    subject: str
    text: str
    html: Markup = Markup("")  # noqa: RUF009 - Markup is immutable
    is_within: bool = False


@dataclass(frozen=True, slots=True)
class Seal:
    label: str
    tone: str
    symbol: str
    title: str


@dataclass(frozen=True, slots=True)
class Brought:
    """`signature` says what is known of the signature, and `keys_href` leads to the keys it was held against. `locked`: what
    to say where the letter should stand, but is encrypted; `armour` the text that is."""

    invitation: Invited | None = None
    passed_on: tuple[PassedOn, ...] = ()
    seals: tuple[Seal, ...] = ()
    signature: str = ""
    keys_href: str = ""
    locked: str = ""
    armour: str = ""


_METHODS = {
    "request": gettext_lazy("Invitation"),
    "publish": gettext_lazy("Appointment"),
    "cancel": gettext_lazy("Cancelled"),
    "reply": gettext_lazy("Answer to an invitation"),
    "counter": gettext_lazy("Another time is proposed"),
    "refresh": gettext_lazy("Asks for the appointment again"),
    "add": gettext_lazy("One more date"),
    "declinecounter": gettext_lazy("The other time does not suit"),
}
_ANSWERS = {
    "accepted": gettext_lazy("accepted"),
    "declined": gettext_lazy("declined"),
    "tentative": gettext_lazy("perhaps"),
    "delegated": gettext_lazy("sends somebody else"),
}
_SEALS = {
    "verified": (
        gettext_lazy("signed"),
        "good",
        gettext_lazy("Unchanged, and signed with a key that is trusted here"),
    ),
    "intact": (
        gettext_lazy("signed, signer not vouched for"),
        "",
        gettext_lazy("Unchanged since it was signed; nobody we trust vouches for the certificate"),
    ),
    "unverified": (gettext_lazy("signed, not verified"), "", gettext_lazy("Nobody here knows the key")),
    "partly": (
        gettext_lazy("signed in part"),
        "",
        gettext_lazy("A part of the letter is signed and unchanged; the rest is not signed"),
    ),
    "broken": (
        gettext_lazy("signature broken"),
        "bad",
        gettext_lazy("Changed after it was signed, or signed by another than the sender"),
    ),
}


def keys_href_of(touchpoint: Touchpoint) -> str:
    """Where the keys are that a signed letter was held against, and those it brings along."""
    if not (touchpoint.brought or {}).get("protection") or touchpoint.direction == "out":
        return ""
    return reverse("email:keys", args=[touchpoint.customer_id]) + f"?letter={touchpoint.pk}"


def brought_of(kept: Mapping[str, object] | None, keys_href: str = "") -> Brought | None:
    """What is shown of `Touchpoint.brought`; None when there is nothing. `keys_href` is where the sender's keys are."""
    if not kept:
        return None
    passed_on = kept.get("forwarded")
    return Brought(
        invitation=_invited(_mapping(kept.get("invitation"))),
        passed_on=tuple(_passed_on(_mapping(each)) for each in passed_on) if isinstance(passed_on, list) else (),
        seals=_seals(_mapping(kept.get("protection"))),
        signature=_signature(_mapping(kept.get("protection"))),
        keys_href=keys_href,
        locked=_locked(_mapping(kept.get("protection"))),
    )


def apart(
    brought: Brought | None, through: Door, text: str, html: str, attachments: Sequence[Attachment]
) -> tuple[Brought | None, str, Markup]:
    """What came along, the text and the HTML, so that nothing is said twice: letters passed on within the text leave it for
    their own places, with their headers; or, where it cannot be cut so, they stay in it and have none."""
    if brought is not None and brought.locked and _ARMOUR in text:
        return replace(brought, armour=text), "", Markup("")
    within = sum(letter.is_within for letter in brought.passed_on) if brought is not None else 0
    if brought is None or not within:
        return brought, text, letter_html(html, attachments) if html else Markup("")
    passages = through.passages(text, html, within)
    if not passages:
        left = tuple(letter for letter in brought.passed_on if not letter.is_within)
        return replace(brought, passed_on=left), text, letter_html(html, attachments) if html else Markup("")
    own, *rest = ((piece.text, letter_html(piece.html, attachments)) for piece in passages)
    said = iter(rest)
    shown = []
    for letter in brought.passed_on:
        words, marked = next(said) if letter.is_within else (letter.text, letter.html)
        shown.append(replace(letter, text=words, html=marked))
    return replace(brought, passed_on=tuple(shown)), *own


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _invited(kept: Mapping[str, object]) -> Invited | None:
    if not kept:
        return None
    method = "cancel" if kept.get("is_cancelled") else str(kept.get("method", ""))
    days = sorted({str(kept[key]) for key in ("first_day", "last_day") if kept.get(key)})
    attendees = [_mapping(each) for each in _listed(kept.get("attendees"))]
    return Invited(
        kind=str(_METHODS.get(method, _METHODS["publish"])),
        tone="bad" if method == "cancel" else "info",
        title=str(kept.get("title") or _("(no title)")),
        starts_at=_moment(kept.get("starts_at")),
        ends_at=_moment(kept.get("ends_at")),
        there=_zone(str(kept.get("time_zone", ""))),
        days=tuple(date.fromisoformat(day) for day in days),
        repeats=bool(kept.get("repeats")),
        place=str(kept.get("place", "")),
        organiser=_name(_mapping(kept.get("organiser"))),
        answers=tuple(
            Answer(_name(each), str(_ANSWERS.get(str(each.get("answer")), ""))) for each in attendees[:MAX_NAMES]
        ),
        more=max(len(attendees) - MAX_NAMES, 0),
    )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _span(starts: datetime, ends: datetime | None, zone: tzinfo) -> str:
    first = starts.astimezone(zone)
    said = date_format(first, "l j F Y, H:i")
    if ends is None or ends <= starts:
        return said
    last = ends.astimezone(zone)
    return f"{said} – {date_format(last, 'H:i' if last.date() == first.date() else 'l j F Y, H:i')}"


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name and name != "UTC" else None
    except (KeyError, ValueError, OSError):
        return None


def _passed_on(kept: Mapping[str, object]) -> PassedOn:
    return PassedOn(
        who=_name(_mapping(kept.get("from"))) or _("Somebody"),
        to=", ".join(filter(None, (_name(_mapping(each)) for each in _listed(kept.get("to"))[:3]))),
        sent_at=_moment(kept.get("sent_at")),
        sent=str(kept.get("sent", "")),
        subject=str(kept.get("subject", "")),
        text=str(kept.get("text", "")),
        is_within=bool(kept.get("is_within", not kept.get("text"))),
    )


def _seals(kept: Mapping[str, object]) -> tuple[Seal, ...]:
    seals = []
    if kept.get("is_encrypted"):
        told = _("What is inside lies in the attached file; only the receiver’s key opens it")
        seals.append(Seal(_("encrypted"), "", "lock", told))
    if kept.get("is_signed"):
        label, tone, title = _SEALS.get(str(kept.get("seal")), _SEALS["unverified"])
        signer = str(kept.get("signer", ""))
        seals.append(Seal(str(label), tone, "shield", f"{title} ({signer})" if signer else str(title)))
    return tuple(seals)


def _signature(kept: Mapping[str, object]) -> str:
    """The signature in a sentence. What was kept before keys were asked for names none."""
    if not kept.get("is_signed"):
        return ""
    seal, who = str(kept.get("seal", "")), str(kept.get("signer", "")) or _("somebody")
    named = str(kept.get("key", ""))
    key = " ".join(named[-16:][start : start + 4] for start in range(0, 16, 4)).upper().strip()
    names = {"key": key, "who": who}
    if seal == "verified":
        if key:
            return _("Signed, and verified with the key %(key)s of %(who)s.") % names
        return _("Signed, and verified: by %(who)s.") % names
    if seal == "intact":
        return _("Signed by %(who)s and unchanged since; nobody here vouches for the certificate.") % names
    if seal == "partly":
        return _("Only a part of this letter is signed, by %(who)s; that part is unchanged.") % names
    if seal == "broken":
        return (
            _("The signature does not fit: the letter was changed after it was signed, or %(who)s is not its sender.")
            % names
        )
    if kept.get("signer"):
        return _("Signed with the key %(key)s of %(who)s, which its owner has revoked.") % names
    if key:
        return _("Signed with a key that nobody here knows: %(key)s.") % names
    return _("Signed, but the signature cannot be read.")


_LOCKED = {
    "pgp": gettext_lazy(
        "This letter is encrypted with PGP, and Rung holds no key to it. Open what came in the mail program that has the"
        " key, or ask for the letter without encryption."
    ),
    "smime": gettext_lazy(
        "This letter is encrypted with S/MIME, and Rung holds no key to it. Open what came in the mail program that has"
        " the certificate it was written for, or ask for the letter without encryption."
    ),
}
_ARMOUR = "-----BEGIN PGP MESSAGE-----"


def _locked(kept: Mapping[str, object]) -> str:
    return str(_LOCKED.get(str(kept.get("by")), "")) if kept.get("is_encrypted") else ""


def _name(person: Mapping[str, object]) -> str:
    return str(person.get("name") or person.get("address") or "")


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value else None
