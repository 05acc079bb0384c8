"""OpenID Connect, as one who relies on a provider: the authorization code flow with PKCE, state and nonce (OpenID Connect
Core 1.0, 3.1; RFC 7636; RFC 9207). Knows no database; what providers publish of themselves stays an hour in the cache.

Signatures and claims are judged by joserfc and Authlib; what is asked where is ours.
"""

import json
import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from django.core.cache import cache
from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError, MissingClaimError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from rung.core.fetching import FetchFailed, fetch, is_fit_address, is_own_machine

WELL_KNOWN = "/.well-known/openid-configuration"
SCOPES = "openid email profile"
LEEWAY_S = 120
KEPT_S = 3600
DOWN_S = 30

# Only such as are made with a key that the provider alone has: "none" and the HS family never.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")


class ProviderFailed(Exception):
    """Not to be relied on now. `kind` is a word for the journal and `reason` a sentence; `field` names what in the
    provider's form it is about."""

    def __init__(self, kind: str, reason: str, *, field: str = "issuer") -> None:
        super().__init__(reason)
        self.kind, self.reason, self.field = kind, reason, field


@dataclass(frozen=True)
class Client:
    """How a provider knows this installation; `back` is where it sends browsers back to."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    back: str


@dataclass(frozen=True)
class Endpoints:
    """What a provider publishes of itself. `posts_secret`: it takes the secret in the form, not only in a header."""

    issuer: str
    authorize_url: str
    token_url: str
    keys_url: str
    userinfo_url: str
    posts_secret: bool


@dataclass(frozen=True)
class Asked:
    """What has to come back, and is kept meanwhile where only the same browser brings it."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @classmethod
    def anew(cls) -> "Asked":
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


@dataclass(frozen=True)
class Person:
    """Who somebody is to their provider: `subject` for good, the rest as of today. `email` is "" where it is not said."""

    subject: str
    email: str
    is_verified: bool
    name: str


def issuer_in(typed: str) -> str:
    """The issuer's address in what somebody pasted, which may be that of its discovery document."""
    return typed.strip().removesuffix(WELL_KNOWN)


def discover(issuer: str, *, anew: bool = False) -> Endpoints:
    """What the provider says of itself; its `issuer` as it spells it, which may differ by a slash at the end. Raises
    ProviderFailed."""
    key = f"openid:{sha256(issuer.encode()).hexdigest()}"
    if not anew and (known := cache.get(key)):
        return Endpoints(**known)
    if not anew and (down := cache.get(f"{key}:down")):
        raise ProviderFailed("unreachable", down)
    host = urlsplit(issuer).hostname or issuer
    if not is_fit_address(issuer) or urlsplit(issuer).query or urlsplit(issuer).fragment:
        raise ProviderFailed("issuer", _("An issuer's address begins with https:// and has no “?” or “#”."))
    try:
        said = _json(issuer.rstrip("/") + WELL_KNOWN, "discovery")
    except ProviderFailed as failure:
        # Else everybody who wants to come in meanwhile would wait for it as long again.
        cache.set(f"{key}:down", str(failure.reason), DOWN_S)
        raise
    spelled = said.get("issuer")
    found = {name: said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    if not isinstance(spelled, str) or not all(isinstance(url, str) for url in found.values()):
        raise ProviderFailed("discovery", _("What %(host)s publishes there is no discovery document.") % {"host": host})
    if spelled.rstrip("/") != issuer.rstrip("/"):
        raise ProviderFailed(
            "issuer",
            _("The provider there calls itself %(spelled)s. If that is the one you mean, enter that address.")
            % {"spelled": spelled[:300]},
        )
    userinfo = said.get("userinfo_endpoint")
    urls = [*found.values(), *([userinfo] if isinstance(userinfo, str) else [])]
    if not all(_is_beside(str(url), issuer) for url in urls):
        raise ProviderFailed("discovery", _("The provider names addresses of its own that are not encrypted (https)."))
    methods = said.get("token_endpoint_auth_methods_supported")
    methods = methods if isinstance(methods, list) else ["client_secret_basic"]
    if not {"client_secret_basic", "client_secret_post"} & set(map(str, methods)):
        raise ProviderFailed("discovery", _("The provider takes no client secrets, and Rung knows no other way."))
    endpoints = Endpoints(
        issuer=spelled,
        authorize_url=str(found["authorization_endpoint"]),
        token_url=str(found["token_endpoint"]),
        keys_url=str(found["jwks_uri"]),
        userinfo_url=userinfo if isinstance(userinfo, str) else "",
        posts_secret="client_secret_post" in methods,
    )
    cache.set(key, vars(endpoints), KEPT_S)
    cache.delete(f"{key}:down")
    return endpoints


def check_client(client: Client) -> str:
    """Whether a provider is there and knows us by this secret, as far as it says before anybody signs in: a made-up code
    has to be refused for the code, not for the secret. The issuer as the provider spells it. Raises ProviderFailed."""
    endpoints = discover(client.issuer, anew=True)
    if _keys(endpoints, anew=True) is None:
        raise ProviderFailed("discovery", _("The provider publishes no key that its signatures could be checked with."))
    answer = _ask_for_token(client, endpoints, code=secrets.token_urlsafe(16), verifier=secrets.token_urlsafe(48))
    if answer.get("error") in ("invalid_client", "unauthorized_client"):
        raise ProviderFailed("secret", _unknown_client(answer), field="client_secret")
    return endpoints.issuer


def departure_address(client: Client, asked: Asked) -> str:
    """Where the browser goes; it comes back to `client.back` with the state and a code. Raises ProviderFailed."""
    endpoints = discover(client.issuer)
    said = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.back,
        "scope": SCOPES,
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": create_s256_code_challenge(asked.verifier),
        "code_challenge_method": "S256",
    }
    joint = "&" if urlsplit(endpoints.authorize_url).query else "?"
    return f"{endpoints.authorize_url}{joint}{urlencode(said)}"


def person_behind(client: Client, *, code: str, asked: Asked, at: datetime) -> Person:
    """Who the provider says has signed in there. Raises ProviderFailed where it says nothing that is to be believed."""
    endpoints = discover(client.issuer)
    answer = _ask_for_token(client, endpoints, code=code, verifier=asked.verifier)
    if answer.get("error") in ("invalid_client", "unauthorized_client"):
        raise ProviderFailed("secret", _unknown_client(answer), field="client_secret")
    token, access = answer.get("id_token"), answer.get("access_token")
    if not isinstance(token, str) or not isinstance(access, str):
        words = _words(answer)
        raise ProviderFailed("code", _("The provider did not take the code it gave: %(words)s") % {"words": words})
    claims = _claims(token, access, client, endpoints, asked.nonce, at)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise ProviderFailed("token", _("The provider's answer does not say who it is about."))
    if not claims.get("email") and endpoints.userinfo_url:
        told = _json(endpoints.userinfo_url, "userinfo", {"Authorization": f"Bearer {access}"})
        if told.get("sub") == subject:
            claims = {**told, **claims}
    email, name = claims.get("email"), claims.get("name")
    return Person(
        subject=subject,
        email=email.strip()[:254] if isinstance(email, str) else "",
        # The second is Microsoft Entra's own name for it, once switched on there; it sends no `email_verified`.
        is_verified=claims.get("email_verified") is True or claims.get("xms_edov") in (True, "1", "true"),
        name=name.strip()[:120] if isinstance(name, str) else "",
    )


def _claims(token: str, access: str, client: Client, endpoints: Endpoints, nonce: str, at: datetime) -> dict[str, Any]:
    """What a token says, if it is signed by the provider, for us, for this very question, and now (Core, 3.1.3.7).

    The signature is looked at although the token came from the provider itself: on the loopback there is no TLS.
    """
    registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    try:
        try:
            read = jwt.decode(token, _keys_or_fail(endpoints), registry=registry)
        except InvalidKeyIdError:
            read = jwt.decode(token, _keys_or_fail(endpoints, anew=True), registry=registry)
        claims = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "value": endpoints.issuer},
                "aud": {"essential": True, "value": client.client_id},
                "exp": {"essential": True},
                "iat": {"essential": True},
                "nonce": {"essential": True, "value": nonce},
            },
            {"nonce": nonce, "client_id": client.client_id, "access_token": access},
        )
        claims.validate(now=int(at.timestamp()), leeway=LEEWAY_S)
    except ClaimError as failure:
        if failure.claim in ("exp", "iat", "nbf") and not isinstance(failure, MissingClaimError):
            words = _("What the provider signed does not hold at this time. Are its clock and ours right?")
            raise ProviderFailed("clock", words) from failure
        words = _("What the provider signed is not meant for this sign-in (%(claim)s).") % {"claim": failure.claim}
        raise ProviderFailed("token", words) from failure
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as failure:
        raise ProviderFailed("signature", _("The provider's signature is not right.")) from failure
    return dict(claims)


def _keys_or_fail(endpoints: Endpoints, *, anew: bool = False) -> KeySet:
    keys = _keys(endpoints, anew=anew)
    if keys is None:
        raise ProviderFailed("signature", _("The provider publishes no key that its signatures could be checked with."))
    return keys


def _keys(endpoints: Endpoints, *, anew: bool) -> KeySet | None:
    """The provider's public keys for signatures; what we do not understand among them is passed over (RFC 7517, 5)."""
    key = f"openid-keys:{sha256(endpoints.keys_url.encode()).hexdigest()}"
    published = None if anew else cache.get(key)
    if published is None:
        said = _json(endpoints.keys_url, "keys").get("keys")
        usable = said if isinstance(said, list) else []
        published = [
            each
            for each in usable
            if isinstance(each, dict) and each.get("kty") in ("RSA", "EC", "OKP") and each.get("use", "sig") == "sig"
        ]
        cache.set(key, published, KEPT_S)
    good = []
    for each in published:
        try:
            good += KeySet.import_key_set({"keys": [each]}).keys
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return KeySet(good) if good else None


def _ask_for_token(client: Client, endpoints: Endpoints, *, code: str, verifier: str) -> dict[str, Any]:
    """What the token endpoint answers, also when it refuses."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.back, "code_verifier": verifier}
    headers = {}
    if endpoints.posts_secret:
        form |= {"client_id": client.client_id, "client_secret": client.client_secret}
    else:
        pair = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    try:
        answer = fetch(endpoints.token_url, form=form, headers=headers)
    except FetchFailed as failure:
        raise ProviderFailed("unreachable", failure.reason) from failure
    said = _read(answer.body)
    if said is None or answer.status >= 500:
        host = urlsplit(endpoints.token_url).hostname
        raise ProviderFailed("unreachable", _("%(host)s is not well: it answered %(status)s.") % {
            "host": host, "status": answer.status
        })  # fmt: skip
    return (
        said if answer.status == 200 else {"error": str(said.get("error") or answer.status), **said, "id_token": None}
    )


def _json(url: str, kind: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    host = urlsplit(url).hostname
    try:
        answer = fetch(url, headers=headers)
    except FetchFailed as failure:
        raise ProviderFailed("unreachable", failure.reason) from failure
    said = _read(answer.body) if answer.status == 200 else None
    if said is None:
        raise ProviderFailed(
            kind,
            _("%(url)s answered %(status)s, and no document that a provider publishes.")
            % {"url": url[:300], "status": answer.status}
            if answer.status != 200
            else _("What %(host)s publishes there is no discovery document.") % {"host": host},
        )
    return said


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _words(answer: dict[str, Any]) -> str:
    return " ".join(str(answer.get("error_description") or answer.get("error") or "-").split())[:300]


def _unknown_client(answer: dict[str, Any]) -> str:
    return _("The provider does not know us by this client ID and secret. (%(words)s)") % {"words": _words(answer)}


def _is_beside(url: str, issuer: str) -> bool:
    """A provider elsewhere leads us by TLS only; one on this machine may stay there without."""
    return is_fit_address(url) and (urlsplit(url).scheme == "https" or is_own_machine(str(urlsplit(issuer).hostname)))
