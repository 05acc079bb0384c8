"""An identity provider on the loopback: OpenID Connect over real HTTP, with tokens signed by a key of its own.

    with Identities() as house:
        house.base is the issuer; house.user is whose subject comes back, house.says what else is said of them

The signatures are made by hand, so that they share no line with what judges them. `twists` are told per test: what a token
says wrongly, or how it is signed by somebody else.
"""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.authorisation import CLIENT_ID, CLIENT_SECRET, Authorisation

DISCOVERY = "/.well-known/openid-configuration"


@cache
def key_number(number: int) -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def part(content: dict[str, Any]) -> str:
    return b64(json.dumps(content).encode())


def public_pem() -> bytes:
    return key_number(0).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass
class Identities(Authorisation):
    """`claims` go over what a token says (None takes one away); `header` over its header; `signer` signs instead of the key
    that is published; `document` over the discovery document; `userinfo` is what is told at that address."""

    user: str = "subject-1"
    says: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    signer: Any = None
    document: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    published_key: int = 0

    def begin_anew(self) -> None:
        fresh = Identities()
        for name in ("user", "says", "claims", "header", "signer", "document", "userinfo", "published_key", "is_down"):
            setattr(self, name, getattr(fresh, name))
        for each in (self.asked, self.codes, self.access):
            each.clear()

    def published(self, path: str, bearer: str) -> dict[str, Any] | None:
        if path == DISCOVERY:
            return {
                "issuer": self.base,
                "authorization_endpoint": self.authorize_url,
                "token_endpoint": self.token_url,
                "jwks_uri": f"{self.base}/keys",
                "userinfo_endpoint": f"{self.base}/userinfo",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                **self.document,
            }
        if path == "/keys":
            numbers = key_number(self.published_key).public_key().public_numbers()
            size = (numbers.n.bit_length() + 7) // 8
            known = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": f"key-{self.published_key}"}
            strange = {"kty": "of-tomorrow", "kid": "strange"}
            return {"keys": [strange, {**known, "n": b64(numbers.n.to_bytes(size)), "e": b64(numbers.e.to_bytes(3))}]}
        if path == "/userinfo" and bearer in self.access:
            return {"sub": self.user, **self.userinfo}
        return None

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        said = {
            "iss": self.base,
            "sub": self.user,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": asked.get("nonce"),
            **self.says,
            **self.claims,
        }
        header = {"alg": "RS256", "kid": f"key-{self.published_key}", "typ": "JWT", **self.header}
        head = {name: value for name, value in header.items() if value is not None}
        body = {name: value for name, value in said.items() if value is not None}
        signed = f"{part(head)}.{part(body)}"
        signer = self.signer or by_key(self.published_key)
        return f"{signed}.{b64(signer(signed.encode()))}"


def by_key(number: int) -> Any:
    return lambda signed: key_number(number).sign(signed, PKCS1v15(), SHA256())


def by_secret(secret: bytes) -> Any:
    return lambda signed: hmac.new(secret, signed, sha256).digest()


def by_nobody(signed: bytes) -> bytes:
    return b""


__all__ = ["CLIENT_ID", "CLIENT_SECRET", "DISCOVERY", "Identities", "by_key", "by_nobody", "by_secret", "public_pem"]
