from django.urls import path

from rung.imports import views

app_name = "imports"

urlpatterns = [
    path("settings/imports", views.imports, name="imports"),
    path("settings/imports/table.csv", views.table, name="table"),
    path("settings/imports/<int:pk>", views.one_import, name="import"),
    path("settings/imports/<int:pk>/checking", views.checking, name="checking"),
    path("settings/imports/<int:pk>/running", views.running, name="running"),
    path("settings/imports/<int:pk>/stopping", views.stopping, name="stopping"),
    path("settings/imports/<int:pk>/returning", views.returning, name="returning"),
    path("settings/imports/<int:pk>/refused", views.refused, name="refused"),
]
