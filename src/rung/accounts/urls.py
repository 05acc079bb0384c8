from django.urls import path

from rung.accounts.views import own, providers, roles, seats, second_step, strangers, through

app_name = "accounts"

urlpatterns = [
    path("welcome", strangers.welcome, name="welcome"),
    path("account/profile", own.profile, name="profile"),
    path("account/profile/signature", own.signature, name="signature"),
    path("account/second-step", second_step.second_step, name="second_step"),
    path("settings/sign-in", second_step.sign_in, name="sign_in"),
    path("settings/sign-in/providers/new", providers.new_provider, name="new_provider"),
    path("settings/sign-in/providers/<int:pk>", providers.provider, name="provider"),
    path("settings/sign-in/providers/<int:pk>/trial", through.trial, name="provider_trial"),
    path("settings/sign-in/providers/<int:pk>/ending", providers.ending, name="provider_ending"),
    path("settings/agents/<int:pk>/identities/<int:identity>/ending", providers.release, name="identity_ending"),
    path("account/ways-in", providers.ways_in, name="ways_in"),
    path("settings/agents/<int:pk>/second-step", second_step.second_step_ending, name="second_step_ending"),
    path("settings", own.settings, name="settings"),
    path("settings/agents", seats.agents, name="agents"),
    path("settings/agents/new", seats.new_agent, name="new_agent"),
    path("settings/agents/<int:pk>", seats.agent, name="agent"),
    path("settings/agents/<int:pk>/invitation", seats.invitation, name="invitation"),
    path("account/sessions/ending", own.sessions_ending, name="own_sessions_ending"),
    path("settings/agents/<int:pk>/sessions/ending", seats.sessions_ending, name="sessions_ending"),
    path("settings/agents/<int:pk>/departure", seats.departure, name="departure"),
    path("settings/agents/<int:pk>/arrival", seats.arrival, name="arrival"),
    path("settings/roles", roles.roles, name="roles"),
    path("settings/roles/new", roles.new_role, name="new_role"),
    path("settings/roles/<slug:key>", roles.role, name="role"),
    path("settings/roles/<slug:key>/ending", roles.ending, name="role_ending"),
    path("settings/teams", seats.teams, name="teams"),
    path("settings/teams/<int:pk>", seats.team, name="team"),
]
