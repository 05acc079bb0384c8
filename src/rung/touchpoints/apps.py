from django.apps import AppConfig


class TouchpointsConfig(AppConfig):
    name = "rung.touchpoints"
    label = "touchpoints"
