"""Closed forms of a rising expectation. They carry no data: they say what the model implies."""

from __future__ import annotations

from .parameters import Parameters


def repeated(d0: float, adapt: float, times: int) -> float:
    """d after the same quality was delivered ``times`` more times: d0 (1 - lambda)^n. Falls towards Expected."""
    return float(d0 * (1 - adapt) ** times)


def rise_to_hold(d: float, adapt_up: float, drift: float = 0.0, gap: float = 0.0) -> float:
    """The Red Queen rule: how much quality must rise per touchpoint to hold a d above 0."""
    return adapt_up * d + drift * gap


def rung_for(d: float, parameters: Parameters) -> int:
    """The level, 1 to 6, of one d."""
    return 1 + sum(d > cut for cut in parameters.cutpoints)
