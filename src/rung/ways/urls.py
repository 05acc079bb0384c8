from django.urls import path

from rung.ways import views

app_name = "ways"

urlpatterns = [
    path("journeys", views.journeys, name="journeys"),
    path("journeys.csv", views.table, {"kind": "csv"}, name="table"),
    path("journeys.parquet", views.table, {"kind": "parquet"}, name="parquet"),
    path("journeys.pdf", views.pdf, name="pdf"),
    path("journeys/new", views.new, name="new"),
    path("journeys/<str:key>.csv", views.table, {"kind": "csv"}, name="journey_csv"),
    path("journeys/<str:key>.parquet", views.table, {"kind": "parquet"}, name="journey_parquet"),
    path("journeys/<str:key>.pdf", views.journey_pdf, name="journey_pdf"),
    path("journeys/<str:key>", views.journey, name="journey"),
    path("journeys/<int:key>/steps", views.drawing, name="drawing"),
    path("journeys/<int:key>/end", views.end, name="end"),
]
