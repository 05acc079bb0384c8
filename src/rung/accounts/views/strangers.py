"""Screens before anybody has signed in."""

from typing import Any

from allauth.account.views import LoginView
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from rung.accounts.first_run import nobody_has_a_seat
from rung.accounts.forms import WelcomeForm
from rung.accounts.pages import WelcomePage
from rung.accounts.pages.providers import sign_in_choices
from rung.accounts.verbs import create_first_administrator
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.ui.pages import render


@sensitive_post_parameters("password", "code")
@never_cache
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """The first administrator. Gone (404) as soon as somebody has a seat."""
    if not nobody_has_a_seat():
        raise Http404
    form = WelcomeForm(request.POST or None, initial={"code": request.GET.get("code", "")})
    if form.is_valid():
        known = {field: form.cleaned_data[field] for field in ("name", "email", "password", "time_zone")}
        try:
            agent = create_first_administrator(**known, by=SYSTEM, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            login(request, agent, backend="allauth.account.auth_backends.AuthenticationBackend")
            return redirect("accounts:settings")
    return render(request, "accounts/welcome.html", WelcomePage(form), status=422 if form.errors else 200)


class SignInView(LoginView):  # type: ignore[misc]  # the library has no types
    """The library's sign-in, which on a new installation makes way for the first-run page."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if nobody_has_a_seat():
            return redirect("accounts:welcome")
        answer: HttpResponse = super().get(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **sign_in_choices(self.request)}
