from django.urls import path

from rung.canned import views

app_name = "canned"

urlpatterns = [
    path("settings/canned", views.answers, name="answers"),
    path("settings/canned/new", views.new_answer, name="new_answer"),
    path("settings/canned/<int:pk>", views.answer, name="answer"),
    path("settings/canned/<int:pk>/deletion", views.deletion, name="deletion"),
]
