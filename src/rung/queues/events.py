from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.journal.events import event


@event("view.saved")
class ViewSaved:
    """There is a new saved view of the queue. `shared`: everybody's, otherwise its writer's own."""

    view: int
    name: str
    shared: bool
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("saved the view “%(name)s”") % {"name": self.name}


@event("view.changed")
class ViewChanged:
    """A saved view has another name, asks for something else, or is shared or not from now on."""

    view: int
    name: str
    shared: bool
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("changed the view “%(name)s”") % {"name": self.name}


@event("view.deleted")
class ViewDeleted:
    """A saved view is offered no more."""

    view: int
    name: str
    shared: bool = True
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("deleted the view “%(name)s”") % {"name": self.name}


@event("bulk.done")
class BulkDone:
    """Something was done to many conversations at once; what happened to each is told by the facts beside this one."""

    bulk: int
    deed: str
    count: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        words = ngettext("changed %(n)s conversation at once", "changed %(n)s conversations at once", self.count)
        return words % {"n": self.count}


@event("bulk.undone")
class BulkUndone:
    """What was done to many conversations at once was taken back, where nobody had changed it since."""

    bulk: int
    deed: str
    count: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        words = ngettext(
            "took back a change to %(n)s conversation", "took back a change to %(n)s conversations", self.count
        )
        return words % {"n": self.count}
