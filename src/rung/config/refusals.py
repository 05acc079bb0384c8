"""What is said when there is no page: in plain words, with a way on, and as quiet about the reason as it must be."""

import logging
import sys
from dataclasses import dataclass
from uuid import uuid4

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rung.accounts.access import SignedOut
from rung.config.instead import came_from, in_part, instead, signed_out_in_part, too_large
from rung.config.trouble import Trouble, trouble_in
from rung.ui.pages import THEMES, render
from rung.ui.speaking import in_strangers_language

log = logging.getLogger(__name__)

# Fields in which people write, however little.
_TEXTS = frozenset(
    {"text", "comment", "about", "subject", "note", "notes", "words", "reason", "signature", "description"}
)
# And those that are long without anybody having written them.
_UNWRITTEN = frozenset({"next", "seen", "proof"})


@in_strangers_language
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return too_large(request)
    if isinstance(exception, DisallowedHost):
        # A line where Django would write forty: whoever tries all machines of a network comes by often.
        host = request.META.get("HTTP_HOST", "")[:200]
        log.warning("asked for under %r, which is no name of ours (RUNG_BASE_URL, RUNG_ALLOWED_HOSTS)", host)
    said = _("What the browser sent could not be read. Please try again.")
    return instead(request, _("That was not understood"), said, status=400)


@in_strangers_language
def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """Also for a form that was open for so long that its token is stale (`reason` is then Django's, and for the log), or
    whoever sends it is signed out: what they wrote is given back."""
    if isinstance(exception, SignedOut) and request.headers.get("HX-Request"):
        return signed_out_in_part(request)
    if isinstance(exception, SignedOut):
        # Back to the page whose form it was: the form's own address is often none that one can look at.
        return _given_back(request, "signed_out") or redirect_to_login(came_from(request) or "/")
    # Only where the browser vouches that the form was ours: a page that sends for others gets no token of theirs.
    if "Origin" in request.headers and reason and not reason.startswith("Origin"):
        given_back = _given_back(request, "stale")
        if given_back is not None:
            return given_back
    if reason:
        said = _("For safety it is no longer believed. Go back, reload it and try again; nothing was changed.")
        return instead(request, _("The page was open for too long"), said, status=403)
    said = _("An administrator can do this, or give you a role that may.")
    return instead(request, _("Not with your role"), said, status=403)


@in_strangers_language
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    said = _("The address may be mistyped, or it is not yours to see.")
    return instead(request, _("There is nothing here"), said, status=404)


@in_strangers_language
def too_many(request: HttpRequest) -> HttpResponse:
    """The sign-in library looks this up in the root URLconf as handler429. It takes a try that could not be counted, because
    the database is held or full, for one too many: then what the database raises is raised here, and told as what it is.
    """
    _prove_that_tries_are_counted()
    said = _("For safety nothing more is answered for a few minutes. Then try again.")
    return instead(request, _("Too many tries"), said, status=429)


def _prove_that_tries_are_counted() -> None:
    """Write where tries are counted, and leave nothing there: many lines would push out those that count."""
    name = f"proof:{uuid4()}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO rung_cache (cache_key, value, expires) VALUES (%s, '', CURRENT_TIMESTAMP)", [name])
        cursor.execute("DELETE FROM rung_cache WHERE cache_key = %s", [name])


@dataclass(frozen=True)
class KeptField:
    """One field of a form that could not be taken, to be sent again; a text is shown, the others travel along."""

    name: str
    value: str
    is_text: bool


@dataclass(frozen=True)
class TroublePage:
    trouble: Trouble
    action: str
    token: str = ""
    fields: tuple[KeptField, ...] = ()
    lost_files: bool = False


@dataclass(frozen=True)
class GivenBackPage:
    why: str
    sign_in: str
    form: TroublePage


def _given_back(request: HttpRequest, why: str) -> HttpResponse | None:
    """A page with what somebody wrote, to be sent again; None where they wrote nothing."""
    form = _troubled(request, "")
    if not any(field.is_text and field.value.strip() for field in form.fields) or "password" in request.POST:
        return None
    page = GivenBackPage(why, reverse("account_login"), form)
    answer = render(request, "config/given_back.html", page, status=403)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@in_strangers_language
def broken(request: HttpRequest) -> HttpResponse:
    """Our fault, or trouble that passes. Nothing here may depend on what just broke: the database is not asked, and where
    even the frame cannot be drawn there is a sheet without one."""
    # Django calls this while the failure is being handled; it hands it to nobody.
    trouble = trouble_in(sys.exception())
    if trouble:
        answer = _by_any_means(request, "config/trouble.html", _troubled(request, trouble), status=503)
        answer.headers["Retry-After"] = "30"
        answer.headers["Cache-Control"] = "no-store"
        return answer
    return _by_any_means(request, "config/broken.html", None, status=500)


def _by_any_means(request: HttpRequest, template: str, page: TroublePage | None, *, status: int) -> HttpResponse:
    if request.headers.get("HX-Request"):
        said = _("It usually passes within a minute.") if page else _("It is our fault, and it is in the log.")
        return in_part(request, _("That did not work"), said, status=status)
    # Whoever came through a gate is known already; to find out who else is signed in would be to ask.
    if getattr(request, "agent", None) is not None:
        try:
            return render(request, template, page, status=status, leans=False)
        except Exception:  # the frame itself may be what broke, and that is in the log by now
            log.warning("the page that says so could not be drawn in its frame", exc_info=True)
    theme = request.COOKIES.get("rung_theme", "")
    bare = {"page": page, "theme": theme if theme in THEMES else "system", "language": get_language()}
    return HttpResponse(render_to_string(template, bare), status=status)


def _troubled(request: HttpRequest, trouble: Trouble) -> TroublePage:
    """What was sent, for another try. Passwords are not written into a page."""
    if request.method != "POST":
        return TroublePage(trouble, request.get_full_path())
    try:
        given = [(name, value) for name, values in request.POST.lists() for value in values]
        lost_files = bool(request.FILES)
    except Exception:  # the body itself could not be read; then there is nothing to give back
        given, lost_files = [], False
    fields = tuple(
        KeptField(name, value, is_text=name not in _UNWRITTEN and ("\n" in value or len(value) > 60 or name in _TEXTS))
        for name, value in given
        if name != "csrfmiddlewaretoken" and "password" not in name
    )
    return TroublePage(trouble, request.get_full_path(), get_token(request), fields, lost_files)
