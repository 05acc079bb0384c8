"""Keeping the consents that providers of mailboxes were given, and the tokens that come of them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from rung.channels.email.consenting import ConsentFailed, Registration, Tokens, refresh_tokens
from rung.channels.email.events import ConsentEnded, ConsentGiven, OAuthClientChanged
from rung.channels.email.models import Consent, Dispatch, DispatchState, Mailbox, OAuthClient
from rung.channels.email.providers import PROVIDERS
from rung.channels.email.sealing import SealBroken, seal, unseal
from rung.core.actor import Actor
from rung.core.text import one_line
from rung.journal.verbs import record


def registration_of(client: OAuthClient) -> Registration:
    """How a provider is asked. Raises ConsentFailed when the kept secret cannot be opened."""
    known = PROVIDERS[client.provider].consenting if client.provider in PROVIDERS else None
    tenant = client.tenant or "organizations"
    try:
        secret = unseal(client.client_secret)
    except SealBroken as failure:
        raise ConsentFailed(
            _("The client secret cannot be read, because the secret key has changed: enter it again.")
        ) from failure
    return Registration(
        client_id=client.client_id,
        client_secret=secret,
        authorize_url=(client.authorize_url or (known.authorize_url if known else "")).replace("{tenant}", tenant),
        token_url=(client.token_url or (known.token_url if known else "")).replace("{tenant}", tenant),
        scopes=client.scopes or (known.scopes if known else ""),
        extra=known.extra if known else (),
    )


@transaction.atomic
def register_client(
    provider: str,
    *,
    client_id: str,
    client_secret: str = "",
    tenant: str = "",
    authorize_url: str = "",
    token_url: str = "",
    scopes: str = "",
    by: Actor,
    at: datetime,
) -> OAuthClient:
    """Enter how a provider knows this installation; an empty secret means: as it was, for the same client ID."""
    known = OAuthClient.objects.filter(provider=provider).first()
    kept = known.client_secret if known is not None and known.client_id == client_id else ""
    client, _is_new = OAuthClient.objects.update_or_create(
        provider=provider,
        defaults={
            "client_id": client_id,
            "client_secret": seal(client_secret) or kept,
            "tenant": tenant,
            "authorize_url": authorize_url,
            "token_url": token_url,
            "scopes": scopes,
        },
    )
    record(OAuthClientChanged(provider=provider), by=by, at=at)
    return client


@transaction.atomic
def give_consent(mailbox: Mailbox, client: OAuthClient, tokens: Tokens, *, by: Actor, at: datetime) -> Consent:
    """Keep the tokens somebody has got us for a mailbox."""
    consent, _is_new = Consent.objects.update_or_create(
        mailbox=mailbox,
        defaults={
            "client": client,
            "account": tokens.account,
            "refresh_token": seal(tokens.refresh),
            "access_token": seal(tokens.access),
            "expires_at": at + timedelta(seconds=tokens.lasts_s),
            "given_at": at,
            "given_by_id": by.agent_key,
            "ended_at": None,
            "ended_reason": "",
        },
    )
    # What was wrong may be mended now; the next look will say.
    Mailbox.objects.filter(pk=mailbox.pk).update(last_error="", sending_error="")
    # Answers that were refused meanwhile need not wait for their next try.
    tried = Dispatch.objects.filter(mailbox=mailbox, state=DispatchState.WAITING, attempts__gt=0, due_at__gt=at)
    tried.update(due_at=at)
    record(ConsentGiven(mailbox=mailbox.pk, provider=client.provider), by=by, at=at)
    return consent


def access_token_for(mailbox: Mailbox, *, renew: bool = False, by: Actor, at: datetime) -> str:
    """A token to sign in to a mailbox with, fetched anew when the old one is about to end, or `renew` says it is refused.

    Raises ConsentFailed. Asks the provider outside of any transaction: two who do so at once both get a token that holds.
    """
    consent = Consent.objects.select_related("client").filter(mailbox=mailbox).first()
    if consent is None:
        raise ConsentFailed(_("Nobody has connected this mailbox at its provider yet."), has_ended=True)
    if consent.has_ended():
        raise ConsentFailed(consent.ended_reason, has_ended=True)
    try:
        if consent.is_fresh(at) and not renew:
            return unseal(consent.access_token)
        refresh = unseal(consent.refresh_token)
    except SealBroken as failure:
        raise ConsentFailed(
            _("The consent cannot be read, because the secret key has changed: connect again."), has_ended=True
        ) from failure
    try:
        tokens = refresh_tokens(registration_of(consent.client), refresh)
    except ConsentFailed as failure:
        if failure.has_ended:
            end_consent(consent, failure.reason, by=by, at=at)
        raise
    _keep_tokens(consent, tokens, at)
    return tokens.access


@transaction.atomic
def end_consent(consent: Consent, reason: str, *, by: Actor, at: datetime) -> None:
    """Remember that the provider does not let us in any more, until somebody connects again."""
    ended = Consent.objects.filter(pk=consent.pk, ended_at=None, refresh_token=consent.refresh_token).update(
        ended_at=at, ended_reason=one_line(reason, 500), access_token=""
    )
    if ended:
        Mailbox.objects.filter(pk=consent.mailbox_id).update(tested_at=None)
        record(ConsentEnded(mailbox=consent.mailbox_id), by=by, at=at)


@transaction.atomic
def _keep_tokens(consent: Consent, tokens: Tokens, at: datetime) -> None:
    kept = {"access_token": seal(tokens.access), "expires_at": at + timedelta(seconds=tokens.lasts_s)}
    if tokens.refresh:  # some give a new one each time, and let the old one end
        kept["refresh_token"] = seal(tokens.refresh)
    # Only where nobody has given a new consent meanwhile.
    Consent.objects.filter(pk=consent.pk, given_at=consent.given_at).update(**kept)
