"""KPIs of a company's own: files in the folder `kpis` of the data folder, each as those of the product.

Whoever may write there may run code here anyway. A file that cannot be loaded, or does not pass the guards, is left out and
named by `python -m rung check`, in the log, and to whoever keeps the settings; the others stand. One that goes wrong only
over the facts is told as not measured, with what went wrong (`reckoning`).
"""

import ast
import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from rung.insight.guards import faults
from rung.insight.kpi import KPI

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that gave no KPI, and why."""

    file: str
    why: str


def load(folder: Path, *, taken: Collection[str]) -> tuple[list[KPI], list[Refused]]:
    """The KPIs of a folder in the order of their files, and what was refused. `taken`: names that exist already."""
    found: list[KPI] = []
    refused: list[Refused] = []
    for path in sorted(folder.glob("*.py")) if folder.is_dir() else ():
        if path.stem.startswith("_"):
            continue
        try:
            kpi = _read(path)
            wrong = faults(kpi)
        except (
            Exception
        ) as broken:  # whatever somebody else's file raises: it is theirs, and the numbers go on without it
            refused.append(Refused(path.name, f"{type(broken).__name__}: {broken}"))
            continue
        if kpi.name in {*taken, *(each.name for each in found)}:
            wrong.append(f"there is a KPI named {kpi.name} already")
        if kpi.name != path.stem:
            wrong.append(f"the file {path.name} declares {kpi.name}")
        if wrong:
            refused.append(Refused(path.name, "; ".join(wrong)))
        else:
            found.append(replace(kpi, is_own=True))
    for each in refused:
        log.error("kpis/%s is left out: %s", each.file, each.why)
    return found, refused


def _read(path: Path) -> KPI:
    if "?" not in (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""):
        raise ValueError("its first line does not ask the question")
    spec = spec_from_file_location(f"rung_own_kpis.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ValueError("it cannot be loaded")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    kpi = getattr(module, "KPI", None)
    if not isinstance(kpi, KPI):
        raise TypeError("it declares no KPI")
    return kpi
