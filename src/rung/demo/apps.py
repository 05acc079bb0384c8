from django.apps import AppConfig

from rung.core.made_up import know_as_made_up


class DemoConfig(AppConfig):
    name = "rung.demo"
    label = "demo"

    def ready(self) -> None:
        from rung.demo.people import domains

        know_as_made_up(domains())
