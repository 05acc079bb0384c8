"""One file for each KPI, named for its question. A file put here is found by itself."""

from importlib import import_module
from pkgutil import iter_modules

from rung.insight.kpi import KPI


def _found() -> dict[str, KPI]:
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    kpis = [module.KPI for module in modules]
    return {kpi.name: kpi for kpi in sorted(kpis, key=lambda kpi: (kpi.order, kpi.name))}


KPIS: dict[str, KPI] = _found()
