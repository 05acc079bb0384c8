from django.urls import path

from rung.promises import views

app_name = "promises"

urlpatterns = [
    path("settings/targets", views.targets, name="targets"),
    path("settings/targets/new", views.new_target, name="new_target"),
    path("settings/targets/<int:pk>", views.target, name="target"),
    path("settings/targets/<int:pk>/ending", views.ending, name="ending"),
]
