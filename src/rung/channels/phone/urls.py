from django.urls import path

from rung.channels.phone import views

app_name = "phone"

urlpatterns = [
    path("calls/announcements", views.announcements, name="announcements"),
    path("settings/telephones", views.telephones, name="telephones"),
    path("settings/telephones/<int:pk>/silence", views.silence, name="silence"),
    path("settings/telephones/extensions/<int:pk>", views.extensions, name="extensions"),
]
