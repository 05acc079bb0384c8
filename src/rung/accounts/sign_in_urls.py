"""The sign-in library's screens that we use, under the names it reverses. What is not here (sign-up, a list of further
addresses) does not exist."""

from allauth.account import views
from django.urls import path, re_path
from django.urls.resolvers import URLPattern

from rung.accounts.access import agent_required, signed_in
from rung.accounts.views.second_step import at_the_door
from rung.accounts.views.strangers import SignInView
from rung.accounts.views.through import back, begin

urlpatterns: list[URLPattern] = [
    path("sign-in", SignInView.as_view(), name="account_login"),
    path("sign-out", signed_in(views.logout), name="account_logout"),
    path("sign-in/second-step", at_the_door, name="account_second_step"),
    path("sign-in/with/<int:pk>", begin, name="account_provider"),
    path("sign-in/back", back, name="account_provider_back"),
    path("closed", views.account_inactive, name="account_inactive"),
    path("password", agent_required(views.password_change), name="account_change_password"),
    path("password/forgotten", views.password_reset, name="account_reset_password"),
    path("password/forgotten/sent", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/chosen", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
