"""OAuth 2.0 with a provider of mailboxes: where to send the administrator, and how to get tokens for what they bring back.

The authorization code grant with PKCE (RFC 6749, 4.1; RFC 7636), and refreshing (RFC 6749, 6). Knows no database.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from rung.core.fetching import FetchFailed, fetch


class ConsentFailed(Exception):
    """No token to be had. `has_ended`: not before somebody gives their consent again. The reason is in words."""

    def __init__(self, reason: str, *, has_ended: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.has_ended = has_ended


@dataclass(frozen=True)
class Registration:
    """How a provider knows this installation, and where it is asked. `extra` goes along with the authorisation."""

    client_id: str
    client_secret: str = field(repr=False)
    authorize_url: str
    token_url: str
    scopes: str
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Tokens:
    """What a provider gave. `lasts_s` in seconds; `refresh` is "" where the earlier one goes on holding; `account` is who
    signed in, "" where that is not said."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    lasts_s: int
    account: str = ""


def new_verifier() -> str:
    """A PKCE verifier: 64 characters nobody can guess."""
    return secrets.token_urlsafe(48)


def authorisation_address(registration: Registration, *, state: str, verifier: str, back: str, user: str) -> str:
    """Where the administrator's browser goes; it comes back to `back` with `state` and a code."""
    asked = {
        "response_type": "code",
        "client_id": registration.client_id,
        "redirect_uri": back,
        "scope": registration.scopes,
        "state": state,
        "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("="),
        "code_challenge_method": "S256",
        "login_hint": user,
        **dict(registration.extra),
    }
    joint = "&" if urlsplit(registration.authorize_url).query else "?"
    return f"{registration.authorize_url}{joint}{urlencode(asked)}"


def denied_in_words(error: str, description: str) -> str:
    """Why a provider sent the browser back without a code (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6), and what to
    do about it; with what the provider says itself."""
    words = {
        "access_denied": _(
            "It was declined on the provider’s page, so nothing is connected. Go on, and allow everything that is asked"
            " for there. Where that page says that an administrator has to approve it, have it approved first."
        ),
        "consent_required": _(
            "An administrator at the provider has to approve this installation first; then go on and connect it again."
        ),
        "login_required": _("Nobody signed in on the provider’s page. Go on, and sign in there."),
        "invalid_scope": _(
            "The provider does not know what was asked for. Look at the scopes under “How the provider knows this"
            " installation”, and at what the client may do at the provider."
        ),
        "unauthorized_client": _(
            "The provider does not let this installation ask. Look at the client ID, and whether the client is of the kind"
            " “web” at the provider."
        ),
        "temporarily_unavailable": _("The provider cannot do it just now. Nothing is connected; try again in a while."),
    }
    words["interaction_required"] = words["consent_required"]
    words["server_error"] = words["temporarily_unavailable"]
    said = " ".join((description or ("" if error in words else error)).split())[:300]
    what = words.get(error, _("The provider did not let us in, so nothing is connected. Go on to try it again."))
    return f"{what} {_('The provider says: %(words)s') % {'words': said}}" if said else what


def exchange_code(registration: Registration, *, code: str, verifier: str, back: str) -> Tokens:
    """The tokens for a code. Raises ConsentFailed."""
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    tokens = _tokens(registration, asked)
    if not tokens.refresh:
        raise ConsentFailed(
            _("The provider gave no lasting consent. Take Rung away from the apps of that account, and connect again."),
            has_ended=True,
        )
    return tokens


def refresh_tokens(registration: Registration, refresh: str) -> Tokens:
    """A new access token. Raises ConsentFailed, `has_ended` when the consent was taken back."""
    return _tokens(registration, {"grant_type": "refresh_token", "refresh_token": refresh})


def _tokens(registration: Registration, asked: dict[str, str]) -> Tokens:
    said = _post(registration.token_url, {**asked, **_who(registration)})
    access = said.get("access_token")
    if not isinstance(access, str) or not access:
        raise ConsentFailed(_("The provider answered without a token."))
    try:
        lasts_s = int(said.get("expires_in", 3600))
    except (TypeError, ValueError):
        lasts_s = 3600
    refresh = said.get("refresh_token")
    return Tokens(access, refresh if isinstance(refresh, str) else "", lasts_s, _account(said.get("id_token")))


def _who(registration: Registration) -> dict[str, str]:
    who = {"client_id": registration.client_id}
    return who | {"client_secret": registration.client_secret} if registration.client_secret else who


def _account(id_token: object) -> str:
    """The address in an ID token. Its signature is not looked at: it came over TLS from the one who would have signed it
    (OpenID Connect Core, 3.1.3.7, 6)."""
    try:
        payload = str(id_token).split(".")[1]
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        found = claims.get("email") or claims.get("preferred_username") or ""
    except (IndexError, ValueError, AttributeError):
        return ""
    return str(found)[:254].lower()


def _post(url: str, asked: dict[str, str]) -> dict[str, Any]:
    host = str(urlsplit(url).hostname)
    try:
        answer = fetch(url, form=asked)
    except FetchFailed as failure:
        raise ConsentFailed(failure.reason) from failure
    if not 200 <= answer.status < 300:
        raise _refused(answer.status, answer.body, host)
    return _read(answer.body, host)


def _read(body: bytes, host: str) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise ConsentFailed(_("%(host)s answered something that is no token.") % {"host": host})
    return said


def _refused(status: int, body: bytes, host: str) -> ConsentFailed:
    try:
        said = _read(body, host)
    except ConsentFailed:
        said = {}
    error = str(said.get("error", ""))
    words = " ".join(str(said.get("error_description") or error or status).split())[:300]
    if error == "invalid_grant":
        return ConsentFailed(
            _("The consent does not hold any more: connect again. (%(words)s)") % {"words": words}, has_ended=True
        )
    if error in ("invalid_client", "unauthorized_client"):
        return ConsentFailed(
            _("%(host)s does not know this installation: look at the client ID and secret. (%(words)s)")
            % {"host": host, "words": words}
        )
    return ConsentFailed(_("%(host)s gave no token: %(words)s") % {"host": host, "words": words})
