from django.urls import path

from rung.ladder import views

app_name = "ladder"

urlpatterns = [
    path("ladder", views.ladder, name="ladder"),
    path("ladder.csv", views.table, name="table"),
    path("ladder/method", views.method, name="method"),
    path("ladder/touchpoints/<int:touchpoint>", views.explanation, name="explanation"),
]
