"""Which of the languages that we have words in somebody is spoken to in, by what they or their browser say they read."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header


def ours(code: str) -> str:
    """The one of ours that a code means: "de" for "de-AT" or "DE_at"; empty for one that we have no words in. Django would
    take any of its hundred, and call an English page Polish."""
    wanted = code.strip().lower().replace("_", "-")
    known: Mapping[str, str] = {each.lower(): each for each, _name in settings.MAIL_LANGUAGES}
    return known.get(wanted) or known.get(wanted.partition("-")[0], "")


def browsers(request: HttpRequest) -> str:
    """What the browser asks for first among ours; empty where it asks for none of them."""
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return next((found for code, weight in asked if weight > 0 and (found := ours(code))), "")


def in_strangers_language(answer: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For what is said where there is no page: whoever does not come from the desk, such as a customer, is told in the
    language of their browser. Told from the cookie: the database may be what is missing."""

    @wraps(answer)
    def said(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        theirs = "" if settings.SESSION_COOKIE_NAME in request.COOKIES else browsers(request)
        with translation.override(theirs or translation.get_language()):
            return answer(request, *args, **kwargs)

    return said
