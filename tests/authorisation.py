"""An authorisation server on the loopback, as providers of mailboxes run one: the code flow with PKCE over real HTTP.

    with Authorisation() as provider:
        provider.authorize_url, provider.token_url, provider.tokeninfo_url

Whoever opens the authorisation page in a browser presses "Allow" as `user`. A mail server asks `tokeninfo_url` whose a
token is.
"""

import json
import secrets
import threading
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID, CLIENT_SECRET = "rung-desk", "s3cret-of-the-desk"


@dataclass
class Authorisation:
    """`rotates`: each refresh gives a new refresh token and ends the old one, as Microsoft's does."""

    user: str = "user1"
    lasts_s: int = 3600
    rotates: bool = False
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refreshing: set[str] = field(default_factory=set)
    access: dict[str, str] = field(default_factory=dict)
    is_down: bool = False

    def __enter__(self) -> "Authorisation":
        outer = self

        class Handler(_Handler):
            provider = outer

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def authorize_url(self) -> str:
        return f"{self.base}/authorize"

    @property
    def token_url(self) -> str:
        return f"{self.base}/token"

    @property
    def tokeninfo_url(self) -> str:
        return f"{self.base}/tokeninfo?access_token="

    def revoke(self) -> None:
        """The user takes the consent back: no token holds any more."""
        self.refreshing.clear()
        self.access.clear()

    def allow(self, asked: dict[str, str]) -> str:
        """The user presses "Allow": the address the browser is sent back to."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def tokens(self, said: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if said.get("client_id") != CLIENT_ID or said.get("client_secret") != CLIENT_SECRET:
            return 401, {"error": "invalid_client", "error_description": "Unknown client"}
        if said.get("grant_type") == "authorization_code":
            asked = self.codes.pop(said.get("code", ""), None)
            challenge = urlsafe_b64encode(sha256(said.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
            if (
                asked is None
                or challenge != asked["code_challenge"]
                or said.get("redirect_uri") != asked["redirect_uri"]
            ):
                return 400, {"error": "invalid_grant", "error_description": "The code is not good"}
            return 200, self._fresh() | {"refresh_token": self._refresh(), "id_token": self.id_token(asked)}
        if said.get("grant_type") == "refresh_token":
            if said.get("refresh_token") not in self.refreshing:
                return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
            if not self.rotates:
                return 200, self._fresh()
            self.refreshing.discard(said["refresh_token"])
            return 200, self._fresh() | {"refresh_token": self._refresh()}
        return 400, {"error": "unsupported_grant_type"}

    def _fresh(self) -> dict[str, Any]:
        token = secrets.token_urlsafe(24)
        self.access[token] = self.user
        return {"access_token": token, "token_type": "Bearer", "expires_in": self.lasts_s}

    def _refresh(self) -> str:
        token = secrets.token_urlsafe(24)
        self.refreshing.add(token)
        return token

    def published(self, path: str, bearer: str) -> dict[str, Any] | None:
        """What stands at a further address, as JSON; nothing here."""
        return None

    def id_token(self, asked: dict[str, str]) -> str:
        """Signed by nobody: whoever asks for mailboxes does not look."""

        def part(content: dict[str, str]) -> str:
            return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

        return f"{part({'alg': 'none'})}.{part({'email': self.user})}."


class _Handler(BaseHTTPRequestHandler):
    provider: Authorisation

    def log_message(self, *_args: object) -> None:
        return None

    def _say(self, status: int, body: str, kind: str, **headers: str) -> None:
        raw = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self) -> None:  # the library's name for it
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.provider.asked.append((parts.path, asked))
        if parts.path == "/tokeninfo":
            user = self.provider.access.get(asked.get("access_token", ""))
            if user is None:
                self._say(401, json.dumps({"error": "invalid_token"}), "application/json")
            else:
                self._say(200, json.dumps({"username": user, "active": "true"}), "application/json")
        elif parts.path == "/authorize":
            refused = f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
            links = f"<a href='{escape(self.provider.allow(asked))}'>Allow</a> <a href='{escape(refused)}'>Deny</a>"
            self._say(200, f"<!doctype html><title>Sign in</title><h1>Let Rung in?</h1>{links}", "text/html")
        elif self.provider.is_down:
            self._say(503, "try later", "text/plain")
        else:
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            found = self.provider.published(parts.path, bearer)
            self._say(404 if found is None else 200, json.dumps(found), "application/json")

    def do_POST(self) -> None:  # the library's name for it
        length = int(self.headers.get("Content-Length", "0"))
        said = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        self.provider.asked.append((self.path, said))
        if self.provider.is_down:
            self._say(503, "try later", "text/plain")
            return
        status, answer = self.provider.tokens(said)
        self._say(status, json.dumps(answer), "application/json")
