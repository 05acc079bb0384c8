"""Who wrote a touchpoint, to whom, and under which subject, as its thread names them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from rung.desk.pages.naming import name_of
from rung.touchpoints.access import Conversation, Touchpoint
from rung.touchpoints.addresses import FORGOTTEN


def writer_of(touchpoint: Touchpoint, conversation: Conversation) -> str:
    """The name of whoever wrote it, as its thread shows it."""
    if touchpoint.direction == "out":
        return touchpoint.agent.name if touchpoint.agent else _writer_before(touchpoint) or _("Rung")
    if touchpoint.customer_id == conversation.customer_id:
        return name_of(conversation.customer)
    return touchpoint.customer.name or str((touchpoint.parties or {}).get("from") or touchpoint.customer)


def _writer_before(touchpoint: Touchpoint) -> str:
    """By which name one of us wrote what came in from the archive of a mailbox."""
    if not touchpoint.is_archived:
        return ""
    address = str((touchpoint.parties or {}).get("from", ""))
    names = (touchpoint.parties or {}).get("names")
    return str(names.get(address, address)) if isinstance(names, dict) else address


def says_more(subject: str, of_conversation: str) -> bool:
    """Whether the subject of a letter is another than that of its conversation, but for what answering puts before it."""
    bare = _bare(subject)
    return bool(bare) and bare != _bare(of_conversation)


def _bare(subject: str) -> str:
    bare = subject.strip().lower()
    while bare[:3] in ("re:", "aw:", "fw:") or bare[:4] == "fwd:":
        bare = bare.split(":", 1)[1].strip()
    return bare


def addresses_in(parties: dict[str, object], part: str) -> tuple[str, ...]:
    """Those that stand in a part of a letter's parties ("to", "cc"); whoever was forgotten has none."""
    found = parties.get(part)
    written = (str(each) for each in found) if isinstance(found, list | tuple) else ()
    return tuple(_("somebody who was forgotten") if each == FORGOTTEN else each for each in written)
