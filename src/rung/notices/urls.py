from django.urls import path

from rung.notices import views

app_name = "notices"

urlpatterns = [
    path("notices", views.notices, name="notices"),
    path("notices/bell", views.bell, name="bell"),
    path("notices/reading", views.reading, name="reading"),
    path("notices/stop/<str:token>", views.stop, name="stop"),
    path("account/notices", views.ways, name="ways"),
]
