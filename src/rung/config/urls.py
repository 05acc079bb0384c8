"""Where each address leads: every room with a urls.py is included, at the root, from the roof down: what is opened all day
is found first."""

from importlib.util import find_spec

from django.urls import include, path

from rung.core.rooms import ROOMS

urlpatterns = [
    path("account/", include("rung.accounts.sign_in_urls")),
    *(path("", include(f"rung.{room}.urls")) for room, _floor in reversed(ROOMS) if find_spec(f"rung.{room}.urls")),
]

handler400 = "rung.config.refusals.bad_request"
handler403 = "rung.config.refusals.forbidden"
handler404 = "rung.config.refusals.not_found"
handler429 = "rung.config.refusals.too_many"
handler500 = "rung.config.refusals.broken"
