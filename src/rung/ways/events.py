from dataclasses import field
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("journey.drawn")
class JourneyDrawn:
    """Somebody drew a journey: the steps that customers go through, as they are kept."""

    journey: int
    name: str
    steps: list[dict[str, Any]]
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("drew the journey “%(name)s”") % {"name": self.name}


@event("journey.changed")
class JourneyChanged:
    """A journey has another name or other steps; `values` holds field, from and to, the steps by their names."""

    journey: int
    name: str
    steps: list[dict[str, Any]]
    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("changed the journey “%(name)s”") % {"name": self.name}


@event("journey.ended")
class JourneyEnded:
    """A journey is no longer shown."""

    journey: int
    name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took away the journey “%(name)s”") % {"name": self.name}
