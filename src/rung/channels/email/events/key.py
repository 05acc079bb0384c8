from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("key.entered")
class KeyEntered:
    """A public key was entered for a person: letters signed with it are theirs."""

    customer: int
    key: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("entered a key for their signatures")


@event("key.withdrawn")
class KeyWithdrawn:
    """A public key of a person is not trusted any more."""

    customer: int
    key: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("removed a key for their signatures")
