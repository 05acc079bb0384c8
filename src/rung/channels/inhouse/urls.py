from django.urls import path

from rung.channels.inhouse import views

app_name = "inhouse"

urlpatterns = [
    path("conversations/<int:number>/asking", views.asking, name="asking"),
    path("conversations/<int:number>/asked/<int:request_number>", views.asked, name="asked"),
    path("settings/waits", views.waits, name="waits"),
]
