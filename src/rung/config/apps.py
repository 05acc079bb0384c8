from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "rung.config"

    def ready(self) -> None:
        from rung.config import checks

        assert checks.settings_are_known  # registered by being imported
