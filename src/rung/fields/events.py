from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("field.made")
class FieldMade:
    """There is a new custom field."""

    field: int
    name: str
    subject: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("made the field “%(name)s”") % {"name": self.name}


@event("field.changed")
class FieldChanged:
    """A custom field has another name or other choices."""

    field: int
    name: str
    former: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if self.name != self.former:
            return _("renamed the field “%(former)s” to “%(name)s”") % {"former": self.former, "name": self.name}
        return _("changed the field “%(name)s”") % {"name": self.name}


@event("field.moved")
class FieldMoved:
    """A custom field stands in another place among its like; `position` counts from 0."""

    field: int
    name: str
    position: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("moved the field “%(name)s”") % {"name": self.name}


@event("field.archived")
class FieldArchived:
    """A custom field is shown no more; what it says is kept."""

    field: int
    name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("archived the field “%(name)s”") % {"name": self.name}


@event("field.restored")
class FieldRestored:
    """An archived field is shown again."""

    field: int
    name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("brought back the field “%(name)s”") % {"name": self.name}


@event("field.set")
class FieldSet:
    """A field says something else of one conversation, customer or company; `former` and `value` as they are read, empty
    where nothing was known."""

    field: int
    name: str
    former: str
    value: str
    conversation: int | None = None
    customer: int | None = None
    company: int | None = None
    personal: ClassVar[tuple[str, ...]] = ("former", "value")

    def describe(self) -> str:
        if not self.value:
            return _("emptied “%(name)s”") % {"name": self.name}
        return _("set “%(name)s” to “%(value)s”") % {"name": self.name, "value": self.value}


@event("field.outweighed")
class FieldOutweighed:
    """Two records became one and a field said different things of them: `value` stands, `lost` is kept only here and with
    the record that was merged."""

    field: int
    name: str
    value: str
    lost: str
    conversation: int | None = None
    customer: int | None = None
    company: int | None = None
    personal: ClassVar[tuple[str, ...]] = ("value", "lost")

    def describe(self) -> str:
        return _("left “%(name)s” at “%(value)s”; the other said “%(lost)s”") % {
            "name": self.name,
            "value": self.value,
            "lost": self.lost,
        }
