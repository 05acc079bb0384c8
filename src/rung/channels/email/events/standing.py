from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("signing.prepared")
class SigningPrepared:
    """Keys were made for signing the letters of a domain (DKIM); nothing is signed yet."""

    domain: str
    selector: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("made a key for signing letters from %(domain)s") % {"domain": self.domain}


@event("signing.begun")
class SigningBegun:
    """Letters of a domain are signed from now on. `found`: its record stands in DNS; else somebody said to begin."""

    domain: str
    selector: str
    found: bool
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if self.found:
            return _("found the key of %(domain)s in DNS and began to sign letters") % {"domain": self.domain}
        return _("had letters from %(domain)s signed") % {"domain": self.domain}


@event("signing.ended")
class SigningEnded:
    """A key for signing letters is not used any more."""

    domain: str
    selector: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("ended the signing of letters from %(domain)s") % {"domain": self.domain}
