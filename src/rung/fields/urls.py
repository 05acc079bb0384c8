from django.urls import path

from rung.fields import views

app_name = "fields"

urlpatterns = [
    path("settings/fields", views.fields, name="fields"),
    path("settings/fields/<int:pk>", views.field, name="field"),
]
