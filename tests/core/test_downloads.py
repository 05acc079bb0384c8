import pytest

from rung.core.downloads import harmless


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A1"]
)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", [-1, 0.5, "", "1 = 1", "Ada", None])
def test_other_cells_stay_as_they_are(cell: object) -> None:
    assert harmless(cell) == cell
