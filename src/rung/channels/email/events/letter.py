from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("letter.refused")
class LetterRefused:
    """A letter was kept but is in no conversation; `fate` is "refused" or "unreadable", `reason` one of a closed list."""

    letter: int
    fate: str
    reason: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if self.fate == "unreadable":
            return _("could not read a letter")
        return _("laid a letter aside")


@event("letter.replayed")
class LetterReplayed:
    """A lead had a letter read once more, `with_sender` when they said whom it is from."""

    letter: int
    with_sender: bool
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("had a letter read again")
