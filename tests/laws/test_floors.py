"""Call down, announce up. import-linter keeps the order of the floors and the doors apart (pyproject.toml)."""

from itertools import groupby

import grimp
import pytest
from django.apps import apps
from django.db import models

from rung.core.rooms import ROOMS
from tests.laws.house import RUNG, verdict

FLOOR = dict(ROOMS)
HEIGHT = {floor: height for height, (floor, _) in enumerate(groupby(ROOMS, key=lambda room: room[1]))}
PRIVATE = ("models", "views", "forms")


def room_of(module: str) -> str | None:
    """rung.channels.email.verbs → channels.email; None for what is no room."""
    name = module.removeprefix("rung.")
    return next((room for room in FLOOR if name == room or name.startswith(room + ".")), None)


def room_of_model(model: type[models.Model]) -> str | None:
    return room_of(model.__module__) if model.__module__.startswith("rung.") else None


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("rung", exclude_type_checking_imports=True, cache_dir=None)


def test_only_a_room_touches_its_own_models_views_and_forms(imports: grimp.ImportGraph) -> None:
    found = []
    for module in sorted(imports.modules):
        room = room_of(module)
        inside = module.removeprefix(f"rung.{room}.").split(".")[0] if room else ""
        if inside not in PRIVATE:
            continue
        for importer in sorted(imports.find_modules_that_directly_import(module)):
            if room_of(importer) != room:
                found.append(f"{importer} imports {module}")
    verdict(
        found,
        "call the room's verbs, ask its access or pages, react to its events. If what you need is missing there, add it"
        " there. For a type only, import under TYPE_CHECKING.",
    )


def test_foreign_keys_point_down() -> None:
    found = []
    for model in apps.get_models():
        room = room_of_model(model)
        for field in model._meta.get_fields() if room else ():
            target = getattr(field, "related_model", None)
            if field.auto_created or not isinstance(target, type) or (other := room_of_model(target)) in (None, room):
                continue
            if HEIGHT[FLOOR[other or ""]] >= HEIGHT[FLOOR[room or ""]]:
                found.append(f"{room}.{model.__name__}.{field.name} points at {other}.{target.__name__}")
    verdict(
        found,
        "let the higher room keep the key, in a row of its own that points down; or keep a plain number, as the journal"
        " does. A folder must be removable without the floors below noticing.",
    )


def test_every_room_stands_on_a_floor() -> None:
    rooms = {
        str(path.parent.relative_to(RUNG)).replace("/", ".")
        for path in RUNG.rglob("apps.py")
        if path.parent != RUNG / "config"
    }
    verdict(
        sorted(f"{room}: has an apps.py and no floor" for room in rooms - set(FLOOR))
        + sorted(f"{room}: has a floor and no apps.py" for room in set(FLOOR) - rooms),
        "name the room and its floor in rung/core/rooms.py (and its layer in pyproject.toml), or drop it from both.",
    )
