from django.urls import path

from rung.reports import views

app_name = "reports"

urlpatterns = [
    path("reports", views.schedules, name="schedules"),
    path("reports/<int:pk>/ending", views.ending, name="ending"),
    path("reports/numbers.pdf", views.overview_pdf, name="overview_pdf"),
    path("reports/numbers/compared.pdf", views.compared_pdf, name="compared_pdf"),
    path("reports/numbers/<str:name>.pdf", views.kpi_pdf, name="kpi_pdf"),
]
