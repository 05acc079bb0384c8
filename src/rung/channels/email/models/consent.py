from datetime import datetime, timedelta

from django.db import models

from rung.channels.email.models.mailbox import Mailbox

EARLY = timedelta(minutes=2)
"""So long before its end an access token is fetched anew."""


class OAuthClient(models.Model):
    """This installation as a provider of mailboxes knows it: registered there once by an administrator.

    The addresses and scopes are those of `providers.py` unless they are given here.
    """

    provider = models.CharField(max_length=20, unique=True)
    client_id = models.CharField(max_length=300)
    # Sealed; "" for a public client, which proves itself by PKCE alone.
    client_secret = models.TextField(default="", blank=True)
    tenant = models.CharField(max_length=100, default="", blank=True)
    authorize_url = models.CharField(max_length=500, default="", blank=True)
    token_url = models.CharField(max_length=500, default="", blank=True)
    scopes = models.CharField(max_length=1000, default="", blank=True)

    def __str__(self) -> str:
        return f"{self.provider} {self.client_id}"


class Consent(models.Model):
    """That somebody has let us into a mailbox at its provider: tokens, sealed, and whether they still hold."""

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, primary_key=True, related_name="consent")
    client = models.ForeignKey(OAuthClient, on_delete=models.CASCADE, related_name="+")
    # Who signed in there, as the provider says; "" where it does not.
    account = models.CharField(max_length=254, default="")
    refresh_token = models.TextField(default="")
    access_token = models.TextField(default="")
    expires_at = models.DateTimeField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    # When the provider said that it does not hold any more, and its reason.
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=500, default="")

    def __str__(self) -> str:
        return f"consent for {self.mailbox_id}"

    def is_fresh(self, at: datetime) -> bool:
        """Whether the access token can still be used."""
        return bool(self.access_token) and at < self.expires_at - EARLY

    def has_ended(self) -> bool:
        return self.ended_at is not None
