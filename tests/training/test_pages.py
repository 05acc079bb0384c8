"""Who sees what of it, and when: first whom it is about, then those who lead; nobody beside anybody."""

import csv
import json
import re
from datetime import timedelta

import pytest
from django.http import Http404

from rung.accounts.verbs import change_agent, form_role
from rung.core.actor import SYSTEM
from rung.journal.models import Entry
from rung.training.access import opportunity_for, teachers_of, visible_opportunities
from rung.training.forms import TrainingForm
from rung.training.models import Agreement, Cause, Opportunity, Reply, Training
from rung.training.pages import (
    funnel_page,
    funnel_paper,
    my_page,
    my_paper,
    opportunities_page,
    opportunities_paper,
    opportunity_page,
    opportunity_paper,
)
from rung.training.pages.overview import _why_none
from rung.training.pages.texts import figures_of, gained
from rung.training.verbs import ask_round, name_cause, note_seen, reply_to_opportunity
from tests.training.conftest import work_round

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def weak(found):
    return Opportunity.objects.select_related("agent").get(agent=found.people["zed"], outcome="level")


def people_on(agent, at):
    page = opportunities_page(agent, at=at)
    return [line.who for section in page.sections if section.cause == "people" for line in section.lines]


def test_words_that_stand_out_where_it_did_not_go_well_are_told_with_interval_and_n(found, lin, at):
    row = Opportunity.objects.filter(agent=None, direction="weak").first()
    row.words = [["parcel", 1.84, 1.31, 2.2, 44]]
    row.save(update_fields=["words"])
    page = opportunity_page(lin, row)
    assert page.words == (("parcel", "1.8×, 95 %: 1.3 to 2.2", "44"),)


def test_whom_it_is_about_sees_it_before_the_lead(found, weak, lin, at):
    assert people_on(lin, at) == []
    assert opportunities_page(lin, at=at).waiting >= 2
    with pytest.raises(Http404):
        opportunity_for(lin, weak.pk, at=at)
    assert [line.href for line in my_page(weak.agent, at=at).weak]
    note_seen(by=weak.agent.actor, at=at)
    assert people_on(lin, at) == ["Zed Ohm", "Zed Ohm"]
    assert opportunity_for(lin, weak.pk, at=at) == weak


def test_after_the_days_alone_the_lead_sees_it_though_it_was_not_opened(found, weak, lin, at):
    assert people_on(lin, at + 13 * DAY) == []
    assert people_on(lin, at + 14 * DAY) == ["Zed Ohm", "Zed Ohm"]
    Agreement.objects.update(days_alone=30)
    assert people_on(lin, at + 14 * DAY) == []


def test_opening_ones_page_shows_what_is_new_and_counts_as_seen(found, weak, client_of, at_that_moment):
    answer = client_of(weak.agent).get("/training/mine")
    assert "refunds: at least as expected" in answer.content.decode()
    assert Entry.objects.filter(kind="opportunity.seen").count() == 2


def test_colleagues_see_nothing_of_each_other(found, weak, ada, bo, at):
    note_seen(by=weak.agent.actor, at=at)
    for colleague in (ada, bo, found.people["mia"]):
        assert not visible_opportunities(colleague, at=at + 99 * DAY).filter(agent=weak.agent).exists()
        with pytest.raises(Http404):
            opportunity_for(colleague, weak.pk, at=at + 99 * DAY)


def test_who_leads_sees_those_whose_work_they_see(found, weak, lin, billing, bo, at):
    """Bo leads Billing, in which Zed is not."""
    note_seen(by=weak.agent.actor, at=at)
    change_agent(bo, role="lead", by=SYSTEM, at=at)
    bo.refresh_from_db()
    bo.scope = "teams"
    assert people_on(bo, at) == []
    bo.scope = "own"
    assert people_on(bo, at) == []
    bo.scope = "all"
    assert people_on(bo, at) == ["Zed Ohm", "Zed Ohm"]


def test_files_keep_what_is_not_yet_the_leads_to_see_and_tables_name_nobody(
    found, weak, lin, at, client_of, at_that_moment
):
    desk, (row, agent) = client_of(lin), (weak, weak.agent)
    told = json.dumps(opportunities_paper(lin, at=at).plain(), ensure_ascii=False)
    assert agent.name not in told
    before = desk.get("/training.csv").content.decode().count("one of us")
    own = client_of(agent).get("/training/mine.pdf")  # opened, and so seen
    assert own.content.startswith(b"%PDF-")
    row.refresh_from_db()
    assert row.seen_at is not None
    assert agent.name in json.dumps(opportunities_paper(lin, at=at).plain(), ensure_ascii=False)
    table = desk.get("/training.csv").content.decode()
    assert table.count("one of us") > before
    assert agent.name not in table
    assert figures_of(row) in json.dumps(my_paper(agent, at=at).plain(), ensure_ascii=False)
    assert desk.get("/training.pdf").content.startswith(b"%PDF-")
    assert desk.get("/training.parquet").content[:4] == b"PAR1"
    assert client_of(agent).get("/training.csv").status_code == 403


def test_an_opportunity_is_taken_away_by_whom_it_is_about_and_who_leads(
    found, weak, lin, ada, client_of, at_that_moment
):
    own, here = client_of(weak.agent), f"/training/opportunities/{weak.pk}"
    role = form_role("Looks on", scope="teams", permissions=[], by=SYSTEM, at=weak.found_at)
    change_agent(weak.agent, role=role.key, by=SYSTEM, at=weak.found_at)
    assert own.get(f"{here}.pdf").content.startswith(b"%PDF-")
    weak.refresh_from_db()
    assert weak.seen_at is not None, "what one has taken away one has seen"
    head, row, *words = csv.reader(own.get(f"{here}.csv").content.decode("utf-8-sig").splitlines())
    assert (row[0], row[9]) == ("refunds", str(weak.n))
    assert float(row[head.index("share")]) == round(weak.mean, 4)
    assert len(words) == len(weak.words)
    told = json.dumps(opportunity_paper(lin, weak, at=weak.seen_at).plain(), ensure_ascii=False)
    assert figures_of(weak) in told
    assert weak.agent.name in told
    assert client_of(lin).get(f"{here}.parquet").content[:4] == b"PAR1"
    assert client_of(ada).get(f"{here}.csv").status_code == 404
    assert Entry.objects.filter(kind="export.taken").count() == 3


def test_a_funnel_is_taken_away_without_names(found, weak, lin, client_of, at_that_moment):
    here = f"/training/funnels/{weak.topic}/{weak.outcome}"
    head, *rows = csv.reader(client_of(lin).get(f"{here}.csv").content.decode("utf-8-sig").splitlines())
    page = funnel_page(lin, weak.topic, weak.outcome)
    assert head == ["topic", "went well", "conversations", "share", "chance"]
    assert len(rows) == len(page.dots) > 0
    assert [int(row[2]) for row in rows] == sorted(int(row[2]) for row in rows)
    assert weak.agent.name not in str(rows)
    drawn = funnel_paper(page, here, at=weak.found_at).parts[1].chart
    assert drawn is not None
    assert len(drawn.dots) == len(rows)
    assert client_of(lin).get(f"{here}.pdf").content.startswith(b"%PDF-")
    assert client_of(lin).get(f"/training/funnels/{weak.topic}/none.pdf").status_code == 404


def test_causes_stand_in_the_order_of_blame_and_people_last(found, lin, at):
    page = opportunities_page(lin, at=at)
    assert [section.cause for section in page.sections] == ["process", "knowledge", "product", "people"]
    assert page.sections[0].lines
    assert all(section.lines or section.why_none for section in page.sections)


def test_the_cause_of_a_weakness_of_the_house_can_be_named_and_stays(found, lin, at):
    house = Opportunity.objects.get(agent=None, outcome="level")
    assert not name_cause(house, "people", by=lin.actor, at=at)
    assert name_cause(house, "knowledge", by=lin.actor, at=at)
    work_round(at + DAY)
    house.refresh_from_db()
    assert house.cause == Cause.KNOWLEDGE
    assert Entry.objects.filter(kind="opportunity.cause_named").count() == 1


def test_who_says_it_is_the_process_is_listed_there_with_their_words(found, weak, lin, at):
    assert reply_to_opportunity(weak, Reply.PROCESS, "The refund form is broken.", by=weak.agent.actor, at=at)
    note_seen(by=weak.agent.actor, at=at)
    page = opportunities_page(lin, at=at)
    line = next(line for line in page.sections[0].lines if line.who)
    assert (line.who, line.words) == ("Zed Ohm", "The refund form is broken.")
    work_round(at + DAY)
    weak.refresh_from_db()
    assert (weak.cause, weak.reply) == (Cause.PROCESS, Reply.PROCESS)


def test_only_whom_it_is_about_replies_and_only_what_fits(found, weak, lin, at, client_of, at_that_moment):
    assert not reply_to_opportunity(weak, Reply.ACCEPTED, by=lin.actor, at=at)
    assert not reply_to_opportunity(weak, Reply.TEACHES, by=weak.agent.actor, at=at)
    browser = client_of(weak.agent)
    assert browser.post(f"/training/opportunities/{weak.pk}/reply", {"reply": "accepted"}).status_code == 303
    assert browser.post(f"/training/opportunities/{weak.pk}/reply", {"reply": "teaches"}).status_code == 403
    weak.refresh_from_db()
    assert weak.reply == Reply.ACCEPTED
    note_seen(by=weak.agent.actor, at=at)
    assert client_of(lin).post(f"/training/opportunities/{weak.pk}/reply", {"reply": "declined"}).status_code == 403


def test_who_does_it_well_teaches_only_when_they_said_so(found, weak, ada, at):
    assert teachers_of(weak.topic, "level") == []
    strong = Opportunity.objects.get(agent=ada, outcome="level", direction="strong")
    assert reply_to_opportunity(strong, Reply.TEACHES, by=ada.actor, at=at)
    assert teachers_of(weak.topic, "level") == [ada]
    assert opportunity_page(weak.agent, weak).teachers == ("Ada Berg",)


def test_the_conversations_behind_it_are_those_one_may_see(found, weak, lin, at):
    own = opportunity_page(weak.agent, weak)
    assert len(own.lines) == 25
    assert own.next
    assert {line.went for line in own.lines} == {"did not go well"}
    assert len({line.went for line in opportunity_page(weak.agent, weak, everything=True).lines}) == 2
    weak.agent.scope = "teams"
    weak.agent.teams.clear()
    hidden = opportunity_page(weak.agent, weak)
    assert hidden.lines == ()
    assert hidden.unseen == weak.n - weak.hits


def test_dots_of_a_funnel_have_no_names_but_ones_own(found, weak, lin, carla, at, client_of, at_that_moment):
    page = funnel_page(weak.agent, weak.topic, "level")
    assert len(page.chart.marks) == len(page.dots) == 7
    assert [mark.is_own for mark in page.chart.marks].count(True) == 1
    assert not funnel_page(lin, weak.topic, "level").has_own
    told = client_of(lin).get(f"/training/funnels/{weak.topic}/level").content.decode()
    assert not [agent.name for agent in found.people.values() if agent.name in told]
    with pytest.raises(Http404):
        funnel_page(lin, 999, "level")
    with pytest.raises(Http404):
        funnel_page(lin, weak.topic, "nonsense")


def test_a_training_is_logged_from_its_opportunity(found, weak, lin, at, client_of, at_that_moment):
    note_seen(by=weak.agent.actor, at=at)
    address = f"/training/opportunities/{weak.pk}/trainings"
    said = {"about": "An hour on refunds", "held_on": "2026-03-02", "hours": "1.5", "predicted": "10"}
    assert client_of(lin).post(address, {**said, "hours": "0"}).status_code == 422
    too_long_ago = client_of(lin).post(address, {**said, "held_on": "2020-03-02"}).text
    assert re.search(r"name=\"held_on\"[^>]*aria-invalid=\"true\"", too_long_ago)  # said where it is to be mended
    assert client_of(lin).post(address, said).status_code == 303
    made = Training.objects.get()
    assert (made.minutes, made.predicted, made.logged_by) == (90, 0.1, lin)
    assert [line.about for line in my_page(weak.agent, at=at).trainings] == ["An hour on refunds"]
    assert client_of(weak.agent).post(f"/training/trainings/{made.pk}/withdrawal").status_code == 403
    assert client_of(found.people["mia"]).post(f"/training/trainings/{made.pk}/withdrawal").status_code == 404
    assert client_of(lin).post(f"/training/trainings/{made.pk}/withdrawal").status_code == 303


def test_of_the_house_anybody_logs_their_own_and_who_leads_chooses(found, lin, at, client_of, at_that_moment):
    house = Opportunity.objects.get(agent=None, outcome="level")
    mia, zed = found.people["mia"], found.people["zed"]
    address = f"/training/opportunities/{house.pk}/trainings"
    said = {"about": "Parcels", "held_on": "2026-03-02", "hours": "1"}
    # whoever does not lead sees the house's opportunities, and there is no form for them
    assert client_of(mia).post(address, {**said, "agents": [zed.pk]}).status_code == 422
    assert client_of(lin).post(address, {**said, "agents": [zed.pk, mia.pk]}).status_code == 303
    assert Training.objects.get().attendances.count() == 2


def test_a_round_that_has_ended_brings_the_whole_page_anew(found, lin, at, client_of, at_that_moment):
    def fragment():
        return client_of(lin).get("/training", headers={"HX-Request": "true"})

    ask_round(by=SYSTEM, at=at)
    assert "HX-Refresh" not in fragment().headers
    work_round(at)
    assert fragment().headers["HX-Refresh"] == "true"


def test_before_anything_is_worked_out_and_without_agreement_the_pages_say_so(lin, ada, at, client_of, at_that_moment):
    assert "Nothing has been worked out yet" in client_of(lin).get("/training").content.decode()
    assert "It was not agreed" in client_of(ada).get("/training/mine").content.decode()
    assert client_of(ada).get("/training").status_code == 403
    work_round(at)
    page = opportunities_page(lin, at=at)
    assert not any(section.lines for section in page.sections)
    assert "not worked out" in _why_none("people", Agreement(is_on=False), ask_round(by=SYSTEM, at=at))


def test_too_few_conversations_are_told_as_so_many_of_ten(found, at):
    from rung.training.models import Standing

    mia = found.people["mia"]
    Standing.objects.filter(agent=mia).update(n=7)
    assert {line.so_far for line in my_page(mia, at=at).standings} == {"7 of 10"}


def test_only_who_keeps_the_team_changes_what_was_agreed(found, lin, root, client_of, at_that_moment):
    assert client_of(lin).post("/training/agreement", {"is_on": "", "days_alone": "14"}).status_code == 403
    assert client_of(root).post("/training/agreement", {"is_on": "1", "days_alone": "0"}).status_code == 303
    assert Agreement.objects.get().days_alone == 14
    assert client_of(root).post("/training/agreement", {"is_on": "", "days_alone": "14"}).status_code == 303
    assert not Agreement.objects.get().is_on
    assert not Opportunity.objects.filter(agent__isnull=False).exists()


def test_the_screens_cost_the_same_however_much_there_is(found, weak, lin, at, django_assert_max_num_queries):
    note_seen(by=weak.agent.actor, at=at)
    with django_assert_max_num_queries(15):
        opportunities_page(lin, at=at)
    with django_assert_max_num_queries(12):
        my_page(weak.agent, at=at)
    with django_assert_max_num_queries(20):
        opportunity_page(lin, weak)
    with django_assert_max_num_queries(4):
        funnel_page(lin, weak.topic, "level")


def test_what_could_be_gained_is_the_difference_of_the_shares_that_are_shown():
    row = Opportunity(direction="weak", n=125, mean=0.8155, usual=0.9345, low=0.75, high=0.88)
    assert figures_of(row).startswith("82\u00a0%, could be 93\u00a0%")
    assert gained(row) == "About 11 more conversations of a hundred could end well."


def test_who_took_part_has_to_be_said_and_the_form_says_so(found, lin, at):
    field = TrainingForm(Opportunity(topic=1, outcome="level"), lin, [lin.pk], {}).fields["agents"]
    assert field.required
