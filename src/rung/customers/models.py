from types import EllipsisType
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.core.actor import Actor


class Company(models.Model):
    """An organisation some of our customers belong to; our own departments are internal companies."""

    name = models.CharField(max_length=160)
    domain = models.CharField(max_length=190, default="", blank=True)
    is_internal = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "companies"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["domain"], condition=~models.Q(domain=""), name="company_domain_once")
        ]

    def __str__(self) -> str:
        return self.name


class FurtherDomain(models.Model):
    """Another domain that people of a company write from, besides its main one."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="further_domains")
    name = models.CharField(max_length=190, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DecisionRole(models.TextChoices):
    DECIDER = "decider", _("decides")
    INFLUENCER = "influencer", _("is asked for advice")
    PAYER = "payer", _("pays")
    BUYER = "buyer", _("places the order")
    USER = "user", _("uses it")


class Customer(models.Model):
    """One person, however many addresses they write from. A colleague who asks us for something is one too."""

    name = models.CharField(max_length=160, default="", blank=True)
    # The name as `core.text.folded` makes it, so that quick find is one index on every database.
    name_folded = models.CharField(max_length=200, default="", db_index=True)
    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="customers")
    role_title = models.CharField(max_length=120, default="", blank=True)
    is_internal = models.BooleanField(default=False)
    language = models.CharField(max_length=16, default="", blank=True)
    time_zone = models.CharField(max_length=60, default="", blank=True)
    # True: no free choice of another provider; False: free to leave; None: we do not know.
    captive = models.BooleanField(null=True, default=None)
    about = models.TextField(default="", blank=True)
    # What part they have in the decision to buy, and to stay.
    decision_role = models.CharField(max_length=10, choices=DecisionRole.choices, default="", db_default="", blank=True)
    # What whoever speaks with them had better not do or mention.
    avoid = models.TextField(default="", db_default="", blank=True)
    first_seen_at = models.DateTimeField()
    # The person this one turned out to be; never one that is merged itself, so that one step always leads to the kept.
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged", db_index=False)
    # No column: their newest order, or None, known where many were looked up together, so that nobody asks for each.
    newest_order: "Order | EllipsisType | None" = ...

    class Meta:
        ordering = ["name_folded", "pk"]
        indexes = [
            models.Index(fields=["merged_into"], name="merged_people", condition=models.Q(merged_into__isnull=False))
        ]

    def __str__(self) -> str:
        return self.name or str(_("Somebody"))

    @property
    def actor(self) -> Actor:
        return Actor("customer", self.pk, self.name)

    @property
    def zone(self) -> ZoneInfo | None:
        """Where this person's clock hangs, when we know."""
        try:
            return ZoneInfo(self.time_zone) if self.time_zone else None
        except (KeyError, ValueError, OSError):
            return None


class AddressKind(models.TextChoices):
    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("phone")


class Address(models.Model):
    """A way to reach a person. An e-mail address belongs to one person only, so it tells who writes; a telephone may be
    shared, and then tells who may be calling."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=10, choices=AddressKind.choices)
    value = models.CharField(max_length=254)
    # What other spellings of it have in common, as `addresses.likeness` makes it; empty when it says nothing.
    likeness = models.CharField(max_length=40, default="", db_default="", db_index=True)
    # What stands behind the @ of an e-mail address; empty for a number.
    domain = models.CharField(max_length=190, default="", db_default="", db_index=True)
    # The how-manieth of those who share a number, from 0. Always 0 for an e-mail address, which nobody shares.
    sharer = models.PositiveSmallIntegerField(default=0, db_default=0)
    label = models.CharField(max_length=40, default="", blank=True)
    added_at = models.DateTimeField()
    failing_since_at = models.DateTimeField(null=True)
    failing_reason = models.CharField(max_length=300, default="")
    # Whoever reads there called a letter of ours spam: nothing automatic goes there any more.
    unwilling_since_at = models.DateTimeField(null=True)
    # Pictures that its letters fetch from elsewhere are shown at once; somebody said so.
    pictures_since_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "addresses"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "value", "sharer"], name="address_once")]

    def __str__(self) -> str:
        return self.value


class Preference(models.Model):
    """How a person likes to be served, such as "e-mail, in the morning": who says so, and since when we rely on it.

    `said_at` is when it was said or confirmed last; `ended_at` when it held no longer.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="preferences")
    text = models.CharField(max_length=200)
    source = models.CharField(max_length=120, default="", blank=True)
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.text


class Purpose(models.TextChoices):
    SURVEYS = "surveys", _("questions about our service")
    MARKETING = "marketing", _("news and offers")


class Consent(models.Model):
    """What a person said to being written to for a purpose, given or refused, and how we know; `ended_at` when they said
    something else. After a merge two may stand for one purpose: then a refusal is what counts."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    is_given = models.BooleanField()
    source = models.CharField(max_length=120, default="", blank=True)
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose}: {self.is_given}"


class Merge(models.Model):
    """Two records turned out to be one person: everything of `merged` was moved to `kept`.

    It remembers what was moved, and which words of `kept` were completed and how, so that taking it back puts exactly that
    back; `ended_at` when that was done.
    """

    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    merged = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    merged_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # Primary keys of the moved rows by the name of their belonging: {"customers.Address.customer": [12, 13]}.
    moved = models.JSONField(default=dict)
    # Field to its value before and after: {"role_title": ["", "Buyer"]}.
    completed = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"


class Distinction(models.Model):
    """Somebody looked and said: these two are two people. They are not suggested as one again."""

    # The one with the lower primary key.
    one = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="distinction_once")]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"


class Forgetting(models.Model):
    """A person was forgotten on their wish, or because the law asks for it: their record stands without a word of them."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="forgetting")
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    forgotten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"customer {self.pk}, forgotten"


class Order(models.Model):
    """What a person bought from us, as the shop or the ledger told us."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders")
    number = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    amount_cents = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="EUR")
    state = models.CharField(max_length=40, default="placed")
    placed_at = models.DateTimeField()

    class Meta:
        ordering = ["-placed_at"]
        indexes = [models.Index(fields=["customer", "-placed_at"], name="order_by_customer")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
