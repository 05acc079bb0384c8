from dataclasses import field
from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("business.described")
class BusinessDescribed:
    """What customers see of us was changed; `values` holds field, from and to."""

    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("changed the business data")


@event("calendar.made")
class CalendarMade:
    """A calendar of opening hours was made."""

    calendar: int
    name: str
    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("made the calendar “%(name)s”") % {"name": self.name}


@event("calendar.changed")
class CalendarChanged:
    """Opening hours, holidays, or who keeps them were changed; `values` holds field, from and to."""

    calendar: int
    name: str
    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("changed the calendar “%(name)s”") % {"name": self.name}


@event("calendar.ended")
class CalendarEnded:
    """A calendar was taken off the list; nobody keeps it any more."""

    calendar: int
    name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took the calendar “%(name)s” off the list") % {"name": self.name}


@event("agent.away")
class AgentAway:
    """Somebody is away until a moment (ISO, UTC); empty: they are back."""

    agent: int
    until: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if not self.until:
            return _("noted that they are back")
        return _("noted that they are away until %(day)s") % {"day": self.until[:10]}
