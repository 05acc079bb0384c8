from django.urls import path

from rung.ui import views

app_name = "ui"

urlpatterns = [
    path("ui", views.components, name="components"),
    path("ui/appearance", views.appearance, name="appearance"),
]
