from django.apps import AppConfig

from rung.customers.belongings import add_belonging


class TouchpointsConfig(AppConfig):
    name = "rung.touchpoints"
    label = "touchpoints"

    def ready(self) -> None:
        add_belonging("touchpoints.Conversation")
        add_belonging("touchpoints.Touchpoint")
        add_belonging("touchpoints.Participant")
