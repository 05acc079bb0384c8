from django.urls import path

from rung.surveys import views

app_name = "surveys"

urlpatterns = [
    path("s/<str:token>", views.question, name="question"),
    path("s/<str:token>/why", views.why, name="why"),
    path("s/<str:token>/thanks", views.thanks, name="thanks"),
    path("s/<str:token>/stop", views.stop, name="stop"),
    path("settings/surveys", views.settings, name="settings"),
    path("settings/surveys/policy", views.policy, name="policy"),
    path("settings/surveys/waves", views.waves, name="waves"),
]
