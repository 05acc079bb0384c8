from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class JournalConfig(AppConfig):
    name = "rung.journal"
    label = "journal"

    def ready(self) -> None:
        # Every room's facts, reactions and errands register themselves when imported; a folder is all it takes.
        for config in apps.get_app_configs():
            if not config.name.startswith("rung."):
                continue
            for furniture in ("events", "reactions", "errands"):
                name = f"{config.name}.{furniture}"
                if find_spec(name) is not None:
                    import_module(name)
