from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("import.begun")
class ImportBegun:
    """Somebody had a list brought in. `subject`: people, companies or orders."""

    list: int
    subject: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("began to import a list of %(subject)s") % {"subject": self.subject}


@event("import.ended")
class ImportEnded:
    """A list has been brought in, or was stopped; `new`, `updated`, `unchanged` and `refused` count its lines."""

    list: int
    subject: str
    new: int
    updated: int
    unchanged: int
    refused: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("imported a list of %(subject)s: %(new)s new, %(updated)s updated") % {
            "subject": self.subject,
            "new": self.new,
            "updated": self.updated,
        }


@event("import.taken_back")
class ImportTakenBack:
    """What a list had brought was taken back, but for `stayed` changes of which something had come."""

    list: int
    subject: str
    stayed: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took an imported list of %(subject)s back") % {"subject": self.subject}
