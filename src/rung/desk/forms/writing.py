"""What the composer says: an answer, a note, or a letter to somebody else. Cleaning only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from rung.core.given import given_key
from rung.desk.forms.moments import moment_in
from rung.touchpoints.access import DraftKind, Outcome
from rung.touchpoints.addresses import Recipients, recipients_typed

# What people write when they believe that a file goes along, in the languages most letters here are in.
_SPEAKS_OF_FILES = re.compile(
    r"\b(?:attach(?:ed|ment|ments|ing)|enclosed|anbei|anhang|angehängt|beigefügt|anliegend|pièces? jointes?|ci-joint\w*"
    r"|adjunt\w+|allegat\w+|anexo|anexad\w+|bijlage\w*|bijgevoegd|bilaga\w*|bifogad\w*|vedlagt|vedhæftet|liitteenä"
    r"|w załączniku|załącz\w+|v příloze|přikládám|вложени\w+|прилага\w+|прикрепл\w+)\b|添付|附件|첨부|مرفق",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)

# Types that the large mail providers refuse whatever they hold.
_REFUSED = re.compile(
    r"\.(?:ade|adp|apk|appx|bat|cab|chm|cmd|com|cpl|dll|dmg|exe|hta|ins|isp|iso|jar|js|jse|lib|lnk|mde|msc|msi|msp|mst|nsh"
    r"|pif|ps1|scr|sct|shb|sys|vb|vbe|vbs|vxd|wsc|wsf|wsh)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Said:
    """What stands in the composer as it was sent, whether or not it can be taken as it is."""

    kind: str
    text: str
    subject: str
    to: str
    cc: str
    bcc: str
    outcome: str
    resolves: bool
    is_later: bool
    send_at: str
    stops: bool
    seen: int | None
    version: int | None
    files: frozenset[int]
    passed_on: tuple[int, ...]
    forwards: int | None
    is_sure: bool
    # The lines are those that the page proposed: whoever joins meanwhile belongs in them too.
    is_as_proposed: bool
    promise: str = ""
    promise_day: str = ""
    promise_time: str = ""

    def recipients(self) -> Recipients:
        """Raises ValidationError that names what is no address."""
        return recipients_typed(to=self.to, cc=self.cc, bcc=self.bcc)

    def due_at(self, zone: ZoneInfo, *, at: datetime, undo_s: int) -> datetime | None:
        """When it leaves: the moment chosen, in the writer's zone, or when it cannot be undone any more; None: at once.

        Raises ValidationError when the moment chosen is none, or past.
        """
        if not self.is_later:
            return at + timedelta(seconds=undo_s) if undo_s else None
        moment = moment_in(self.send_at, zone)
        if moment <= at:
            raise ValidationError(_("Choose a moment that is still to come."))
        return moment

    def draft_moment(self, zone: ZoneInfo) -> datetime | None:
        """The moment chosen so far, if it is one."""
        try:
            return moment_in(self.send_at, zone) if self.send_at else None
        except ValidationError:
            return None


def said_in(given: QueryDict, *, kind: str = "") -> Said:
    """Read the composer. Which button was pressed stands in `do`; a moment of the menu in `later`."""
    do = given.get("do", "")
    later = given.get("later", "")
    outcome = given.get("outcome", "")
    kind = kind or given.get("kind", "")
    return Said(
        kind=kind if kind in DraftKind.values else DraftKind.ANSWER.value,
        text=given.get("text", ""),
        subject=given.get("subject", ""),
        to=given.get("to", ""),
        cc=given.get("cc", ""),
        bcc=given.get("bcc", ""),
        outcome=outcome if outcome in Outcome.values else Outcome.UNKNOWN.value,
        resolves=do == "resolve",
        is_later=bool(later) or do == "later",
        send_at=later or given.get("send_at", ""),
        stops=given.get("stops", "") == "yes",
        seen=given_key(given.get("seen", "")),
        version=given_key(given.get("version", "")),
        files=frozenset(key for each in given.getlist("file") if (key := given_key(each)) is not None),
        passed_on=tuple(key for each in given.getlist("pass_on") if (key := given_key(each)) is not None),
        forwards=given_key(given.get("forwards", "")),
        is_sure=given.get("sure", "") == "yes",
        is_as_proposed=not given.get("bcc")
        and all(name in given and given[name] == given.get(f"{name}_proposed") for name in ("to", "cc")),
        promise=given.get("promise", ""),
        promise_day=given.get("promise_day", ""),
        promise_time=given.get("promise_time", ""),
    )


def speaks_of_a_file(text: str) -> str:
    """The word by which a text says that a file goes along; empty when it says so nowhere but in a quotation."""
    found = _SPEAKS_OF_FILES.search(_QUOTED.sub("", text))
    return found.group(0) if found else ""


def is_often_refused(name: str) -> bool:
    """Whether a file's name ends like a program, which many servers turn back with its letter."""
    return bool(_REFUSED.search(name.strip()))
