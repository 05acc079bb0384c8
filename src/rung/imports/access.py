"""Gates: the imports that whoever may import sees."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.imports.models import Import, Problem, Step, Subject

__all__ = ["Import", "Problem", "Step", "Subject", "import_for", "refused_lines", "visible_imports"]


def visible_imports(agent: Agent) -> QuerySet[Import]:
    """Everybody's who may import: a list that one of them brought in is there for all."""
    return Import.objects.select_related("agent").defer("seen")


def import_for(agent: Agent, pk: int) -> Import:
    return get_object_or_404(visible_imports(agent), pk=pk)


def refused_lines(listed: Import) -> Iterator[list[str]]:
    """The lines that were refused, or not taken whole, as the file has them, each with its number and the reason behind it;
    the head first."""
    yield [*listed.head, "line", "reason"]
    for problem in listed.problems.order_by("pk").iterator(chunk_size=500):
        cells = [*problem.values, *[""] * (len(listed.head) - len(problem.values))]
        said = f"{problem.column}: {problem.said}" if problem.column else problem.said
        yield [*cells, str(problem.line), " ".join(said.split())]
