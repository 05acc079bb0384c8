from django.urls import path

from rung.rules import views

app_name = "rules"

urlpatterns = [
    path("settings/rules", views.rules, name="rules"),
    path("settings/rules/new", views.new_rule, name="new_rule"),
    path("settings/rules/log", views.log, name="log"),
    path("settings/rules/<int:pk>", views.rule, name="rule"),
    path("settings/rules/<int:pk>/trial", views.trial, name="trial"),
    path("settings/rules/<int:pk>/switch", views.switch, name="switch"),
    path("settings/rules/<int:pk>/place", views.place, name="place"),
    path("settings/rules/<int:pk>/deletion", views.deletion, name="deletion"),
]
