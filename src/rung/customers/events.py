from dataclasses import field
from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("customer.met")
class CustomerMet:
    """A person we had no record of reached us, or was entered by hand."""

    customer: int
    is_internal: bool = False
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("met a new customer")


@event("customer.address_added")
class AddressAdded:
    """A further way to reach a person became known."""

    customer: int
    address: int
    address_kind: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("added an address")


@event("customer.address_labelled")
class AddressLabelled:
    """Somebody said what an address of a person is for; `former` and `label`: from what to what."""

    customer: int
    address: int
    former: str = ""
    label: str = ""
    personal: ClassVar[tuple[str, ...]] = ("former", "label")

    def describe(self) -> str:
        return _("said what an address is for")


@event("customer.address_removed")
class AddressRemoved:
    """A person is known by an address no longer; `value` is how it was written."""

    customer: int
    address: int
    address_kind: str
    value: str = ""
    personal: ClassVar[tuple[str, ...]] = ("value",)

    def describe(self) -> str:
        return _("removed an address")


@event("customer.described")
class CustomerDescribed:
    """What we know of a person was changed by hand, or by a list; `changed` names the fields, `values` what stood there
    before and stands there since: field, from, to."""

    customer: int
    changed: list[str]
    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ("values",)

    def describe(self) -> str:
        return _("changed what we know of this person: %(fields)s") % {"fields": ", ".join(self.changed)}


@event("customer.address_failing")
class AddressFailing:
    """Mail to an address comes back for good; `reason` is the other server's word."""

    customer: int
    address: int
    reason: str
    personal: ClassVar[tuple[str, ...]] = ("reason",)

    def describe(self) -> str:
        return _("found that an address does not take our mail: %(reason)s") % {"reason": self.reason}


@event("customer.address_working")
class AddressWorking:
    """An address that mail came back from takes it again: somebody wrote from there, or a letter of ours arrived."""

    customer: int
    address: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("found that an address takes our mail again")


@event("customer.address_unwilling")
class AddressUnwilling:
    """A letter of ours was reported as spam there; nothing automatic goes to this address any more."""

    customer: int
    address: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("was told that our letters are called spam at an address")


@event("customer.pictures_trusted")
class PicturesTrusted:
    """Pictures that letters from an address fetch from elsewhere are shown from now on, or no longer."""

    customer: int
    address: int
    shown: bool
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return (
            _("shows the pictures of this sender") if self.shown else _("no longer shows the pictures of this sender")
        )


@event("customer.merged")
class CustomersMerged:
    """Two records turned out to be one person: what stood under `merged` stands under `customer` from now on."""

    customer: int
    merged: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("merged another record into this person")


@event("customer.parted")
class CustomersParted:
    """A merge was taken back: `merged` is a person of their own again, with what they had."""

    customer: int
    merged: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took back a merge: they are two people again")


@event("preference.confirmed")
class PreferenceConfirmed:
    """A person was asked again, and a preference of theirs still holds."""

    customer: int
    preference: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("confirmed a preference")


@event("preference.ended")
class PreferenceEnded:
    """A preference of a person holds no longer."""

    customer: int
    preference: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("ended a preference")


@event("preference.stated")
class PreferenceStated:
    """Somebody kept how a person likes to be served."""

    customer: int
    preference: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("kept a preference")


@event("customer.consent_stated")
class ConsentStated:
    """A person gave or refused their consent to being written to for a purpose."""

    customer: int
    purpose: str
    is_given: bool
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("noted a consent") if self.is_given else _("noted that consent was refused")


@event("company.met")
class CompanyMet:
    """An organisation some customers belong to was entered."""

    company: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("entered a company")


@event("company.described")
class CompanyDescribed:
    """A company's name or domains were changed by hand; `changed` names what, not the values."""

    company: int
    changed: list[str]
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("changed what we know of a company: %(fields)s") % {"fields": ", ".join(self.changed)}


@event("customer.distinguished")
class CustomersDistinguished:
    """Two records that look alike were said to be two people."""

    customer: int
    other: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("said that somebody alike is another person")


@event("customer.removed")
class CustomerRemoved:
    """A person whom a list had brought is known no longer: the list was taken back, and nothing had come of them."""

    customer: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took somebody off again whom a list had brought")


@event("customer.forgotten")
class CustomerForgotten:
    """Every word of and about a person was blanked, in every room; `merged` are the records that were theirs too."""

    customer: int
    merged: list[int]
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("forgot a person, with every word of theirs")


@event("order.placed")
class OrderPlaced:
    """A person bought something; the amount is in hundredths of the currency's unit."""

    customer: int
    order: int
    amount_cents: int
    currency: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("placed an order")


@event("order.moved")
class OrderMoved:
    """An order went a step on: paid, sent, delivered, returned, cancelled. What comes after delivery is another phase."""

    customer: int
    order: int
    state: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("moved an order on: %(state)s") % {"state": self.state}
