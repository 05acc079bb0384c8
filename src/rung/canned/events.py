from dataclasses import field
from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("canned.made")
class CannedAnswerMade:
    """There is a new canned answer."""

    canned: int
    title: str
    own: bool = False
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("wrote the canned answer “%(title)s”") % {"title": self.title}


@event("canned.changed")
class CannedAnswerChanged:
    """A canned answer says or does something else from now on; `values` holds field, from and to."""

    canned: int
    title: str
    own: bool = False
    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("changed the canned answer “%(title)s”") % {"title": self.title}


@event("canned.deleted")
class CannedAnswerDeleted:
    """A canned answer is offered no more."""

    canned: int
    title: str
    own: bool = False
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("deleted the canned answer “%(title)s”") % {"title": self.title}


@event("macro.applied")
class MacroApplied:
    """A macro was applied to a conversation; what it did there is told by the facts beside this one."""

    conversation: int
    canned: int
    title: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("applied “%(title)s”") % {"title": self.title}


@event("macro.undone")
class MacroUndone:
    """What a macro did to a conversation was taken back."""

    conversation: int
    canned: int
    title: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took back “%(title)s”") % {"title": self.title}
