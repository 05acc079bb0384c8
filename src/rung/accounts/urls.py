from django.urls import path

from rung.accounts.views import own, roles, seats, strangers

app_name = "accounts"

urlpatterns = [
    path("welcome", strangers.welcome, name="welcome"),
    path("account/profile", own.profile, name="profile"),
    path("account/profile/signature", own.signature, name="signature"),
    path("settings", own.settings, name="settings"),
    path("settings/agents", seats.agents, name="agents"),
    path("settings/agents/new", seats.new_agent, name="new_agent"),
    path("settings/agents/<int:pk>", seats.agent, name="agent"),
    path("settings/agents/<int:pk>/invitation", seats.invitation, name="invitation"),
    path("settings/agents/<int:pk>/departure", seats.departure, name="departure"),
    path("settings/agents/<int:pk>/arrival", seats.arrival, name="arrival"),
    path("settings/roles", roles.roles, name="roles"),
    path("settings/roles/new", roles.new_role, name="new_role"),
    path("settings/roles/<slug:key>", roles.role, name="role"),
    path("settings/roles/<slug:key>/ending", roles.ending, name="role_ending"),
    path("settings/teams", seats.teams, name="teams"),
    path("settings/teams/<int:pk>", seats.team, name="team"),
]
