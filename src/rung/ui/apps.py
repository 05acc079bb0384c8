from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "rung.ui"
    label = "ui"
