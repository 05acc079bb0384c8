"""What is said when there is no page: in plain words, with a way on, and as quiet about the reason as it must be."""

import sys
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from rung.config.trouble import Trouble, trouble_in
from rung.ui.pages import render

# Fields in which people write, however little.
_TEXTS = frozenset({"text", "comment", "about", "subject"})


@dataclass(frozen=True)
class RefusalPage:
    title: str
    text: str


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    page = RefusalPage(_("That was not understood"), _("What the browser sent could not be read. Please try again."))
    return render(request, "config/refusal.html", page, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """Also for a form that was open for so long that its token is stale (`reason` is then Django's, and for the log)."""
    page = RefusalPage(
        _("Not with your role"),
        _(
            "An administrator can do this, or give you the role. If you had a form open for long, reload it and try again."
        ),
    )
    return render(request, "config/refusal.html", page, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    page = RefusalPage(_("There is nothing here"), _("The address may be mistyped, or it is not yours to see."))
    return render(request, "config/refusal.html", page, status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """The sign-in library looks this up in the root URLconf as handler429."""
    page = RefusalPage(_("Too many tries"), _("For safety nothing more is answered for a few minutes. Then try again."))
    return render(request, "config/refusal.html", page, status=429)


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


def broken(request: HttpRequest) -> HttpResponse:
    """Our fault, or trouble that passes. Nothing here may depend on what just broke, so neither the frame nor the database
    is asked."""
    # Django calls this while the failure is being handled; it hands it to nobody.
    trouble = trouble_in(sys.exception())
    if trouble:
        answer = HttpResponse(
            render_to_string("config/trouble.html", {"page": _troubled(request, trouble)}), status=503
        )
        answer.headers["Retry-After"] = "30"
        answer.headers["Cache-Control"] = "no-store"
        return answer
    return HttpResponse(render_to_string("config/broken.html", {"page": None}), status=500)


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
        KeptField(name, value, is_text="\n" in value or len(value) > 60 or name in _TEXTS)
        for name, value in given
        if name != "csrfmiddlewaretoken" and "password" not in name
    )
    return TroublePage(trouble, request.get_full_path(), get_token(request), fields, lost_files)
