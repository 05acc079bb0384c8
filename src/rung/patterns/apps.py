from django.apps import AppConfig


class PatternsConfig(AppConfig):
    name = "rung.patterns"
    label = "patterns"
