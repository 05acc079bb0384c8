from django.urls import path

from rung.training import views

app_name = "training"
KINDS = ("csv", "parquet", "pdf")

urlpatterns = [
    path("training", views.opportunities, name="opportunities"),
    path("training.csv", views.opportunities_file, {"kind": "csv"}, name="opportunities_csv"),
    path("training.parquet", views.opportunities_file, {"kind": "parquet"}, name="opportunities_parquet"),
    path("training.pdf", views.opportunities_file, {"kind": "pdf"}, name="opportunities_pdf"),
    path("training/mine.pdf", views.mine_pdf, name="mine_pdf"),
    path("training/mine", views.mine, name="mine"),
    path("training/rounds", views.ask, name="ask"),
    path("training/rounds/<int:pk>/stop", views.stop, name="stop"),
    path("training/agreement", views.agreement, name="agreement"),
    *(
        path(
            f"training/funnels/<int:topic>/<str:outcome>.{kind}",
            views.funnel_file,
            {"kind": kind},
            name=f"funnel_{kind}",
        )
        for kind in KINDS
    ),
    *(
        path(
            f"training/opportunities/<int:pk>.{kind}",
            views.opportunity_file,
            {"kind": kind},
            name=f"opportunity_{kind}",
        )
        for kind in KINDS
    ),
    path("training/funnels/<int:topic>/<str:outcome>", views.funnel, name="funnel"),
    path("training/opportunities/<int:pk>", views.opportunity, name="opportunity"),
    path("training/opportunities/<int:pk>/reply", views.reply, name="reply"),
    path("training/opportunities/<int:pk>/cause", views.cause, name="cause"),
    path("training/opportunities/<int:pk>/trainings", views.trainings, name="trainings"),
    path("training/trainings/<int:pk>/withdrawal", views.withdrawal, name="withdrawal"),
]
