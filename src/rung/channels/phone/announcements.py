"""Reading one announcement from a request: who sends it, how much of it, in which form."""

import json
from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _

LARGEST = 16 * 1024
_KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")


class Unreadable(Exception):
    """What came is no announcement. `status`: of the answer; the text says what is wrong and what to do."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said


def bearer_token(request: HttpRequest) -> str:
    """The token of the Authorization header (RFC 6750); empty when there is none."""
    kind, _space, token = request.headers.get("Authorization", "").strip().partition(" ")
    return token.strip()[:200] if kind.lower() == "bearer" else ""


def fields_of(request: HttpRequest) -> Mapping[str, object]:
    """What was sent, as JSON or as a form. Raises Unreadable."""
    kind = (request.content_type or "").lower()
    if kind not in _KINDS:
        raise Unreadable(415, _("Send JSON (application/json) or a form (application/x-www-form-urlencoded)."))
    # Half of what follows a false Content-Length would be refused as well, but by then it would have been read.
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise Unreadable(413, _("An announcement has at most %(most)s bytes.") % {"most": LARGEST})
    if kind != "application/json":
        return {name: request.POST[name] for name in request.POST}
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise Unreadable(413, _("An announcement has at most %(most)s bytes.") % {"most": LARGEST})
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable(400, _("This is no JSON.")) from None
    if not isinstance(said, dict):
        raise Unreadable(400, _("Send one JSON object with the fields of the call."))
    wrong = [name for name, value in said.items() if isinstance(value, dict | list)]
    if wrong:
        raise Unreadable(400, _("“%(name)s” has to be a text or a number.") % {"name": wrong[0][:40]})
    return {name: "" if value is None else str(value) for name, value in said.items()}
