from django.urls import path

from rung.business import views

app_name = "business"

urlpatterns = [
    path("settings/business", views.description, name="description"),
    path("settings/calendars", views.calendars, name="calendars"),
    path("settings/calendars/new", views.new_calendar, name="new_calendar"),
    path("settings/calendars/<int:pk>", views.calendar, name="calendar"),
    path("settings/calendars/<int:pk>/ending", views.ending, name="calendar_ending"),
    path("settings/calendars/away", views.colleague_away, name="colleague_away"),
    path("account/away", views.away, name="away"),
]
