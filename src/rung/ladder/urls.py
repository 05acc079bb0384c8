from django.urls import path

from rung.ladder import views

app_name = "ladder"

urlpatterns = [
    path("ladder", views.ladder, name="ladder"),
    path("ladder.csv", views.table, {"kind": "csv"}, name="table"),
    path("ladder.parquet", views.table, {"kind": "parquet"}, name="parquet"),
    path("ladder.pdf", views.pdf, name="pdf"),
    path("ladder/method", views.method, name="method"),
    path("ladder/settings", views.estimations, name="estimations"),
    path("ladder/settings/ask", views.ask, name="ask"),
    path("ladder/settings/defaults", views.defaults, name="defaults"),
    path("ladder/settings/<int:pk>", views.estimation, name="estimation"),
    path("ladder/settings/<int:pk>/stop", views.stop, name="stop"),
    path("ladder/settings/<int:pk>/publish", views.publish, name="publish"),
    path("ladder/touchpoints/<int:touchpoint>", views.explanation, name="explanation"),
]
