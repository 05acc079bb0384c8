from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "rung.demo"
    label = "demo"
