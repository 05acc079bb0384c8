from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.channels.email.signing import ED25519, RSA


class Algorithm(models.TextChoices):
    RSA = RSA, _("RSA, which every server knows")
    ED25519 = ED25519, _("Ed25519, short and modern")


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def present(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def signing(self) -> Self:
        return self.present().filter(begun_at__isnull=False)

    def waiting(self) -> Self:
        """Made, and not yet used: the record was not found so far."""
        return self.present().filter(begun_at__isnull=True)


class SigningKey(models.Model):
    """A DKIM key of one of our sending domains. `private` is sealed (`sealing.py`); `public` is what `p=` of the record
    holds. It signs from `begun_at` to `ended_at`."""

    domain = models.CharField(max_length=253)
    selector = models.CharField(max_length=63)
    algorithm = models.CharField(max_length=10, choices=Algorithm.choices)
    private = models.TextField()
    public = models.TextField()
    made_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    # Found in DNS, rather than a lead having said so.
    is_found = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["domain", "selector"], name="signing_key_once"),
            # One may wait for its record while its predecessor still signs.
            models.UniqueConstraint(
                fields=["domain", "algorithm"],
                condition=models.Q(ended_at__isnull=True, begun_at__isnull=False),
                name="signing_key_alone",
            ),
            models.UniqueConstraint(
                fields=["domain", "algorithm"],
                condition=models.Q(ended_at__isnull=True, begun_at__isnull=True),
                name="signing_key_next",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Where in DNS its other half is looked for."""
        return f"{self.selector}._domainkey.{self.domain}"


class SendingDomain(models.Model):
    """What DNS said about a sending domain when it was last asked: plain facts, which `standing.advice` turns into words."""

    domain = models.CharField(max_length=253, unique=True)
    checked_at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.domain} as of {self.checked_at}"
