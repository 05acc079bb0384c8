from django.apps import AppConfig

from rung.customers.belongings import add_belonging


class PromisesConfig(AppConfig):
    name = "rung.promises"
    label = "promises"

    def ready(self) -> None:
        add_belonging("promises.Promise")
