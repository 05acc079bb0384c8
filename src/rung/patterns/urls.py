from django.urls import path

from rung.patterns import views

app_name = "patterns"

urlpatterns = [
    path("patterns", views.patterns, name="patterns"),
    path("patterns/studies", views.ask, name="ask"),
    path("patterns/studies/<int:pk>/stop", views.stop, name="stop"),
    path("patterns/periods", views.period, name="period"),
    path("patterns/periods/<int:pk>/end", views.period_end, name="period_end"),
    path("patterns/topics", views.topics, name="topics"),
    path("patterns/topics/<int:pk>", views.topic, name="topic"),
    path("patterns/topics/<int:pk>/name", views.name, name="name"),
    path("patterns/topics/<int:pk>/merging", views.merging, name="merging"),
    path("patterns/topics/<int:pk>/parting", views.parting, name="parting"),
    path("patterns/topics/<int:pk>/hiding", views.hiding, name="hiding"),
    path("patterns/<str:side>/<str:key>", views.pattern, name="pattern"),
]
