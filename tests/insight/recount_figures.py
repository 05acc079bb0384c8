"""The figures of single KPIs by the second count: each says its definition in plain words, and lists its cases."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from tests.insight.recount import DAY_MS, ESCALATED, Asked, Asking, Case, Counted, Matter, Touch, counted

ACTIVE_MS = 90 * DAY_MS
MONTH_MS = 30 * DAY_MS


def _activity(asking: Asking) -> dict[int, list[tuple[int, Matter | None, Touch | None]]]:
    """When each person took part in a touchpoint, or ordered."""
    world = asking.world
    found: dict[int, list[tuple[int, Matter | None, Touch | None]]] = defaultdict(list)
    for matter in world.counting():
        for touch in matter.contacts:
            found[world.person(touch.who)].append((touch.said_ms, matter, touch))
    for customer, ms in world.orders.values():
        found[world.person(customer)].append((ms, None, None))
    return found


def customer_retention(asking: Asking) -> Counted:
    """Active at a moment is who took part or ordered in the 90 days before it; of those active at the beginning, those who
    are at the end. Behind it: the last conversation of each who fell silent and had one by then."""
    activity = _activity(asking)
    first = min((ms for moments in activity.values() for ms, _, _ in moments), default=asking.to_ms)
    if first > asking.from_ms - ACTIVE_MS:
        return counted([])
    cases, behind, joined, complained = [], [], 0, 0
    complaints = asking.complaints_of()
    for who, moments in activity.items():
        was, is_now = (
            any(edge - ACTIVE_MS <= ms < edge for ms, _, _ in moments) for edge in (asking.from_ms, asking.to_ms)
        )
        joined += is_now and not was
        if not was:
            continue
        cases.append(Case(who, 0, "", int(is_now)))
        complained += is_now and any(map(asking.within, complaints[who]))
        if not is_now:
            talks = [
                (ms, touch.number, matter) for ms, matter, touch in moments if matter and touch and ms < asking.to_ms
            ]
            recent = [each for each in talks if each[0] >= asking.from_ms - ACTIVE_MS]
            behind += [max(recent, key=lambda talk: talk[:2])[2].number] if recent else []
    kept = sum(each.amount for each in cases)
    return counted(cases, behind, counter=(complained, kept), joined=(joined, 0))


def churn(asking: Asking) -> Counted:
    kept = customer_retention(asking)
    joined = kept.further["joined"][0] if kept.further else 0
    cases = [each._replace(amount=1 - each.amount) for each in kept.cases]
    return counted(cases, kept.behind, counter=(joined, kept.count + joined))


def conversion_rate(asking: Asking) -> Counted:
    """Who took part in a touchpoint of the phase "before" in the period, once, by the first; ordered in 30 days from it."""
    world = asking.world
    firsts: dict[int, tuple[int, int, Matter]] = {}
    contacts: dict[int, int] = defaultdict(int)
    for matter in world.counting():
        for touch in matter.contacts:
            if touch.phase == "before" and asking.within(touch.said_ms):
                who = world.person(touch.who)
                contacts[who] += 1
                firsts[who] = min(
                    firsts.get(who, (2**62, 0, matter)), (touch.said_ms, touch.number, matter), key=lambda f: f[:2]
                )
    firsts = {who: first for who, first in firsts.items() if asking.about_touch(first[2], world.touches[first[1]])}
    orders, complaints = defaultdict(list), asking.complaints_of()
    for customer, ms in world.orders.values():
        orders[world.person(customer)].append(ms)
    cases, complaining = [], 0
    for who, (ms, _, matter) in firsts.items():
        bought, complained = (any(ms <= at < ms + MONTH_MS for at in told[who]) for told in (orders, complaints))
        cases.append(asking.case(matter, int(bought), who=who))
        complaining += bought and complained
    ordered = sum(each.amount for each in cases)
    further = sum(contacts[who] for who in firsts) - len(cases)
    return counted(cases, (each.conversation for each in cases), counter=(complaining, ordered), excluded=(further, 0))


def complaint_escalation_rate(asking: Asking) -> Counted:
    """Conversations with a complaint, by the day it was first said; escalated within 30 days of it."""
    cases, late = [], 0
    for matter in asking.world.counting():
        said = matter.said_with("complaint", "escalation")
        if said and asking.within(said[0]) and asking.about(matter):
            further = [ms - said[0] for ms in matter.said_with(*ESCALATED) if ms >= said[0]]
            is_soon = bool(further) and min(further) < MONTH_MS
            late += bool(further) and not is_soon
            cases.append(asking.case(matter, int(is_soon)))
    opened = len(asking.begun())
    behind = (each.conversation for each in cases)
    return counted(cases, behind, counter=(min(len(cases), opened), opened), excluded=(late, 0))


def contacts_per_need(asking: Asking) -> Counted:
    """Of the conversations customers began in the period, in how many touchpoints the customer took part."""
    begun = asking.begun()
    needs = [each for each in begun if each.opened_by == "customer"]
    cases = [asking.case(each, len(each.contacts)) for each in needs]
    open_now = sum(each.is_open_at(asking.now_ms) for each in needs)
    return counted(
        cases, (each.number for each in needs), counter=(open_now, len(needs)), excluded=(len(begun) - len(needs), 0),
        single=(sum(len(each.contacts) <= 1 for each in needs), len(needs)),
        transfers=(sum(each.transfers for each in needs), len(needs)),
    )  # fmt: skip


def observed_effort(asking: Asking) -> Counted:
    """Of the same: contacts beyond the first, changes of the channel between two contacts, transfers."""
    needs = [each for each in asking.begun() if each.opened_by == "customer"]
    n = len(needs)
    signs = {each.number: max(0, len(each.contacts) - 1) + each.switches + each.transfers for each in needs}
    unheard = sum(not any(_answers(touch) for touch in each.said) for each in needs)
    return counted(
        [asking.case(each, signs[each.number]) for each in needs], signs,
        again=(sum(len(each.contacts) > 1 for each in needs), n), switched=(sum(each.switches > 0 for each in needs), n),
        moved=(sum(each.transfers > 0 for each in needs), n), smooth=(sum(not each for each in signs.values()), n),
        counter=(unheard, n),
    )  # fmt: skip


def _answers(touch: Touch) -> bool:
    return touch.side == "us" or (touch.is_contact and touch.channel in ("phone", "visit"))


def repeat_rate(asking: Asking) -> Counted:
    """Whose first order of all was placed in the period; those with a second within 90 days of it."""
    world = asking.world
    orders: dict[int, list[int]] = defaultdict(list)
    for customer, ms in world.orders.values():
        orders[world.person(customer)].append(ms)
    complaints, cases, late, complained = asking.complaints_of(), [], 0, 0
    for who, moments in orders.items():
        first, *more = sorted(moments)
        if asking.within(first):
            again = bool(more) and more[0] < first + ACTIVE_MS
            late += bool(more) and not again
            complained += again and any(first <= ms < first + ACTIVE_MS for ms in complaints[who])
            cases.append(Case(who, 0, "", int(again)))
    return counted(cases, counter=(complained, sum(each.amount for each in cases)), excluded=(late, 0))


def promise_kept_rate(asking: Asking) -> Counted:
    """Promises with a date in the period that is past, those taken back left out, and those made where nothing counts."""
    vows = []
    for vow in asking.world.vows.values():
        matter = asking.place(vow.conversation)
        if vow.state != "none" and not (matter is not None and matter.is_spam):
            vows.append((vow, matter if matter is not None and matter.counts else None))
    mine = [(vow, matter) for vow, matter in vows if _is_there(asking, matter)]
    due = [(vow, matter) for vow, matter in mine if asking.within(vow.due_ms) and vow.due_ms <= asking.now_ms]
    n, opened = len(due), len(asking.begun())
    made = min(sum(asking.within(vow.made_ms) for vow, _ in mine), opened)
    states = {state: (sum(vow.state == state for vow, _ in due), n) for state in ("late", "broken", "open")}
    cases = [
        Case(asking.world.person(vow.who), matter.team if matter else 0, matter.channel if matter else "",
             int(vow.state == "kept"), 1, matter.number if matter else vow.conversation)
        for vow, matter in due
    ]  # fmt: skip
    behind = (each.conversation for each in cases if each.conversation)
    moved = (sum(vow.moved > 0 for vow, _ in due), n)
    return counted(cases, behind, **states, moved=moved, counter=(made, opened))


def _is_there(asking: Asking, matter: Matter | None) -> bool:
    if matter is None:
        return not asking.team and not asking.channel
    return asking.about(matter)


def sla_attainment(asking: Asking) -> Counted:
    """What was met in the period, or missed by a moment in it, and is not owed again or no longer since."""
    cases, paused = [], 0
    for is_met, ms, data in asking.world.owed.values():
        matter = asking.world.matters[data["conversation"]]
        team = data["team"] or matter.team
        is_asked = asking.team in (None, team) and asking.channel in ("", matter.channel)
        if matter.counts and asking.within(ms) and is_asked:
            cases.append(Case(asking.world.person(matter.who), team, matter.channel, int(is_met), 1, matter.number))
            paused += data["paused_s"] > 0
    return counted(cases, (each.conversation for each in cases), counter=(paused, len(cases)))


def backlog_age(asking: Asking) -> Counted:
    """What was open when the period ended, and how many of it for more than seven days."""
    still = [each for each in asking.world.counting() if asking.about(each) and each.is_open_at(asking.to_ms)]
    cases = [asking.case(each, int(asking.to_ms - each.opened_ms > 7 * DAY_MS)) for each in still]
    ages = sorted((asking.to_ms - each.opened_ms) // 60_000 for each in still)
    # The age that half of them do not exceed, and nine of ten.
    ranks = {name: (ages[-(-len(ages) * tenths // 10) - 1], 0) for name, tenths in (("median", 5), ("p90", 9)) if ages}
    settled = [
        until for each in asking.world.counting() if asking.about(each)
        for since, until in each.settled if since >= each.opened_ms and asking.within(since)
    ]  # fmt: skip
    came = sum(until <= asking.now_ms for until in settled)
    return counted(cases, (each.number for each in still), counter=(came, len(settled)), **ranks)


def customer_effort_score(asking: Asking) -> Counted:
    """Of the last answers, those of 5, 6 or 7."""
    return _last_answers(asking, "ces", 5)


def overall_satisfaction(asking: Asking) -> Counted:
    """Of the last answers, those of 4 or 5."""
    return _last_answers(asking, "csat", 4)


def _last_answers(asking: Asking, question: str, good: int) -> Counted:
    """The last answers about each matter: where several that people were asked about became one, the last of all. It stays
    the answer about the conversation it was asked about, and who was asked was asked."""
    latest: dict[int, Asked] = {}
    invited = responded = 0
    for asked in asking.world.asked.values():
        matter, one = asking.world.matters.get(asked.conversation), asking.place(asked.conversation)
        if asked.question != question or matter is None or one is None:
            continue
        if not (matter.counts or (matter.joined and not matter.is_spam)):
            continue
        if asking.within(asked.asked_ms) and asking.about(matter):
            invited += 1
            responded += asked.answered_ms is not None
        if asked.answered_ms is not None:
            former = latest.get(one.number, asked)
            latest[one.number] = max(former, asked, key=lambda each: (each.answered_ms or 0, each.number))
    mine = [
        (asking.world.matters[each.conversation], each)
        for each in latest.values()
        if asking.within(each.answered_ms or 0) and asking.about(asking.world.matters[each.conversation])
    ]
    cases = [asking.case(matter, int((each.answer or 0) >= good), who=each.who) for matter, each in mine]
    return counted(cases, (matter.number for matter, _each in mine), answered=(responded, invited))


def proactive_share(asking: Asking) -> Counted:
    """Of the conversations between people begun in the period, those we began."""
    begun = asking.begun()
    people = [each for each in begun if each.opened_by != "machine"]
    ours = [each for each in people if each.opened_by == "us"]
    complained = sum(bool(each.said_with("complaint", "escalation")) for each in ours)
    return counted(
        (asking.case(each, int(each.opened_by == "us")) for each in people), (each.number for each in ours),
        counter=(complained, len(ours)), excluded=(len(begun) - len(people), 0),
    )  # fmt: skip


def failure_demand(asking: Asking) -> Counted:
    """Of the contacts in the period whose cause was noted, those that a failure of ours caused."""
    contacts = list(_contacts(asking))
    coded = [(matter, touch) for matter, touch in contacts if touch.signals & {"failure_demand", "value_demand"}]
    cases = [asking.case(matter, int("failure_demand" in touch.signals), who=touch.who) for matter, touch in coded]
    return counted(cases, (each.conversation for each in cases), counter=(len(coded), len(contacts)))


def _contacts(asking: Asking) -> Iterator[tuple[Matter, Touch]]:
    for matter in asking.world.counting():
        for touch in matter.contacts:
            if asking.about_touch(matter, touch) and asking.within(touch.said_ms):
                yield matter, touch


FIGURES: dict[str, Callable[[Asking], Counted]] = {
    each.__name__: each
    for each in (
        customer_retention, churn, conversion_rate, complaint_escalation_rate, contacts_per_need, observed_effort,
        repeat_rate, promise_kept_rate, sla_attainment, backlog_age, customer_effort_score, overall_satisfaction,
        proactive_share, failure_demand,
    )
}  # fmt: skip
