from django.urls import path

from rung.patterns import views

app_name = "patterns"

urlpatterns = [
    path("patterns", views.patterns, name="patterns"),
    path("patterns.csv", views.patterns_file, {"kind": "csv"}, name="patterns_csv"),
    path("patterns.parquet", views.patterns_file, {"kind": "parquet"}, name="patterns_parquet"),
    path("patterns.pdf", views.patterns_file, {"kind": "pdf"}, name="patterns_pdf"),
    path("patterns/studies", views.ask, name="ask"),
    path("patterns/studies/<int:pk>/stop", views.stop, name="stop"),
    path("patterns/periods", views.period, name="period"),
    path("patterns/periods/<int:pk>/end", views.period_end, name="period_end"),
    path("patterns/topics", views.topics, name="topics"),
    path("patterns/topics.csv", views.topics_file, {"kind": "csv"}, name="topics_csv"),
    path("patterns/topics.parquet", views.topics_file, {"kind": "parquet"}, name="topics_parquet"),
    path("patterns/topics.pdf", views.topics_file, {"kind": "pdf"}, name="topics_pdf"),
    path("patterns/topics/<int:pk>.csv", views.topic_file, {"kind": "csv"}, name="topic_csv"),
    path("patterns/topics/<int:pk>.parquet", views.topic_file, {"kind": "parquet"}, name="topic_parquet"),
    path("patterns/topics/<int:pk>.pdf", views.topic_file, {"kind": "pdf"}, name="topic_pdf"),
    path("patterns/topics/<int:pk>", views.topic, name="topic"),
    path("patterns/topics/<int:pk>/name", views.name, name="name"),
    path("patterns/topics/<int:pk>/merging", views.merging, name="merging"),
    path("patterns/topics/<int:pk>/parting", views.parting, name="parting"),
    path("patterns/topics/<int:pk>/hiding", views.hiding, name="hiding"),
    path("patterns/<str:side>/<str:key>.csv", views.pattern_file, {"kind": "csv"}, name="pattern_csv"),
    path("patterns/<str:side>/<str:key>.parquet", views.pattern_file, {"kind": "parquet"}, name="pattern_parquet"),
    path("patterns/<str:side>/<str:key>.pdf", views.pattern_file, {"kind": "pdf"}, name="pattern_pdf"),
    path("patterns/<str:side>/<str:key>", views.pattern, name="pattern"),
]
