from django.apps import AppConfig


class QueuesConfig(AppConfig):
    name = "rung.queues"
    label = "queues"
