"""One file for each KPI, named for its question. A file put here is found by itself, and so is one in the folder `kpis` of
the data folder (see `own`)."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from django.conf import settings

from rung.insight.kpi import KPI
from rung.insight.own import Refused, load


def _found() -> tuple[dict[str, KPI], list[Refused]]:
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    ours = [module.KPI for module in modules]
    own, refused = load(Path(settings.DATA_DIR) / "kpis", taken=[kpi.name for kpi in ours])
    return {kpi.name: kpi for kpi in sorted([*ours, *own], key=lambda kpi: (kpi.order, kpi.name))}, refused


KPIS: dict[str, KPI]
REFUSED: list[Refused]
KPIS, REFUSED = _found()
