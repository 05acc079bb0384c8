from django.urls import path

from rung.insight import views

app_name = "insight"
urlpatterns = [
    path("numbers", views.overview, name="overview"),
    path("numbers.csv", views.overview_csv, name="overview_csv"),
    path("numbers.parquet", views.overview_parquet, name="overview_parquet"),
    path("numbers/compared", views.compared, name="compare"),
    path("numbers/compared.csv", views.compared_file, {"kind": "csv"}, name="compare_csv"),
    path("numbers/compared.parquet", views.compared_file, {"kind": "parquet"}, name="compare_parquet"),
    path("numbers/<str:name>.parquet", views.kpi_parquet, name="kpi_parquet"),
    path("numbers/<str:name>.csv", views.kpi_csv, name="kpi_csv"),
    path("numbers/<str:name>", views.kpi, name="kpi"),
]
