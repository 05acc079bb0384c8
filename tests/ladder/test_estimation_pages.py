"""The screens of estimations: who may, what they say, at what cost."""

from dataclasses import replace

import pytest

from rung.core.actor import SYSTEM
from rung.ladder.access import estimation_for
from rung.ladder.estimating import Report, kept
from rung.ladder.model.parameters import DEFAULTS
from rung.ladder.models import Estimation
from rung.ladder.pages import estimation_page, estimations_page, method_page
from rung.ladder.verbs import ask_estimation, begin_estimation, finish_estimation, progress_estimation
from rung.ladder.versions import version_in_force

GOOD = Report(
    "adaptation",
    "adaptive",
    (("adaptive", -3.0), ("defaults", -3.2), ("static", -3.3)),
    (0.2, 0.1, 0.3),
    1500,
    250,
    250,
    7.2,
    40,
    1050,
    450,
)
OWN = replace(DEFAULTS, version="own-1-adaptive", adapt_up=0.4123456)


@pytest.fixture
def found(lin, at):
    def run(report=GOOD, parameters=OWN):
        ask_estimation(by=lin.actor, at=at)
        begun = begin_estimation(by=SYSTEM, at=at)
        finish_estimation(begun, parameters, kept(report), by=SYSTEM, at=at)
        begun.refresh_from_db()
        return begun

    return run


def test_only_leads_may_look_and_ask(ada, lin, root, client_of, found):
    found()
    for path in ("/ladder/settings", f"/ladder/settings/{Estimation.objects.get().pk}"):
        assert client_of(ada).get(path).status_code == 403
        assert client_of(lin).get(path).status_code == client_of(root).get(path).status_code == 200
    for path in ("ask", "defaults", "1/stop", "1/publish"):
        assert client_of(ada).post(f"/ladder/settings/{path}").status_code == 403
        assert client_of(lin).get(f"/ladder/settings/{path}").status_code == 405
    assert "/ladder/settings" in client_of(lin).get("/ladder/method").content.decode()
    assert "/ladder/settings" not in client_of(ada).get("/ladder/method").content.decode()


def test_below_two_hundred_touchpoints_it_says_so_and_why(lin, client_of):
    text = client_of(lin).get("/ladder/settings").content.decode()
    assert "Below 200 an estimation keeps the default settings" in text
    assert "style=" not in text.split("<body")[1]


def test_asking_shows_progress_and_can_be_stopped(lin, client_of, at):
    client = client_of(lin)
    client.post("/ladder/settings/ask")
    assert "Waiting for the worker" in client.get("/ladder/settings").content.decode()
    begun = begin_estimation(by=SYSTEM, at=at)
    progress_estimation(begun, doing="static", steps=12, by=SYSTEM, at=at)
    fragment = client.get("/ladder/settings", headers={"HX-Request": "true"}).content.decode()
    assert "2 of 3: expectations stand still, step 12" in fragment
    assert "<html" not in fragment
    assert "every 3s" in fragment
    client.post(f"/ladder/settings/{begun.pk}/stop")
    text = client.get("/ladder/settings").content.decode()
    assert "Stopped" in text
    assert "every 3s" not in text


def test_a_result_is_published_and_returned_from_by_hand(lin, client_of, found):
    client, first = client_of(lin), found()
    assert "Publish" in client.get(f"/ladder/settings/{first.pk}").content.decode()
    client.post(f"/ladder/settings/{first.pk}/publish")
    assert version_in_force() == "own-1-adaptive"
    text = client.get("/ladder/settings").content.decode()
    assert "own settings 1, in which expectations follow experience" in text.replace("Your", "your")
    assert "estimated from your own customers" in client.get("/ladder/method").content.decode()
    client.post("/ladder/settings/defaults")
    assert version_in_force() == DEFAULTS.version
    assert "Return to these" in client.get("/ladder/settings").content.decode()
    client.post(f"/ladder/settings/{first.pk}/publish")
    assert version_in_force() == "own-1-adaptive"


def test_the_result_is_explained(found):
    page = estimation_page(found())
    assert "1500 touchpoints of 250 customers" in page.basis[0]
    assert "1050 of them taught" in page.basis[1]
    assert "months; the longest was followed for 7" in page.basis[-1]
    assert "expectations follow experience, foretold best" in page.verdict
    assert "22\u00a0% more probability" in page.lead
    assert "0.20 in the logarithm for each customer, 95\u00a0% interval 0.10 to 0.30" in page.lead
    assert "chance" not in page.lead
    assert [line.behind for line in page.candidates] == ["", "−0.20", "−0.30"]
    assert "Only 40 customers answered the six-level question" in page.cautions[0]
    first = page.numbers[0]
    assert (first.own, first.default, first.is_changed) == ("0.412", "0.3", True)
    assert not page.numbers[1].is_changed


def test_a_lead_that_may_be_chance_is_called_so(found):
    assert "may be chance" in estimation_page(found(replace(GOOD, ahead=(0.1, -0.2, 0.4)))).lead


def test_too_few_touchpoints_and_drift_are_said(found):
    few = replace(GOOD, stage="defaults", chosen="defaults", scores=(), episodes=150)
    page = estimation_page(found(few, None))
    assert "fewer than 200" in page.basis[1]
    assert not page.can_publish
    assert page.verdict == "The default settings stay."
    drifting = estimation_page(found(replace(GOOD, stage="drift")))
    assert "cannot be told apart" in drifting.basis[-1]
    early = estimation_page(found(replace(GOOD, stage="effects", regulars=12)))
    assert "there were 12" in early.basis[-1]


def test_the_pages_cost_the_same_however_many(found, lin, django_assert_num_queries):
    first = found()
    for _ in range(3):
        found(GOOD, None)
    with django_assert_num_queries(4):  # how many graded, estimations, in force, to be regraded
        assert len(estimations_page().versions) == 4
    with django_assert_num_queries(1):
        estimation_page(estimation_for(lin, first.pk))
    with django_assert_num_queries(1):
        method_page()
