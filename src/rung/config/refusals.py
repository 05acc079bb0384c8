"""What is said when there is no page: in plain words, with a way on, and as quiet about the reason as it must be."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from rung.ui.pages import render


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


def broken(request: HttpRequest) -> HttpResponse:
    """Our fault. Nothing here may depend on what just broke, so neither the frame nor the database is asked."""
    return HttpResponse(render_to_string("config/broken.html", {"page": None}), status=500)
