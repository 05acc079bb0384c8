"""Is the ladder right, where the truth is known, and does it know how sure it is? Fixed seeds, every demand beside it.

Times are those of the processor, which stay what they are whatever else the machine does.
"""

import time
from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np

from bench.measure import Report, on_one_core, parser, tell
from rung.ladder.model.filter import Sequences, filter_sequences, publish
from rung.ladder.model.fitting import fit, rows_of
from rung.ladder.model.free import ADAPTATION, BETA, DRIFT, EFFECTS, NOISE, SPREAD, Free
from rung.ladder.model.parameters import DEFAULTS, Parameters
from rung.ladder.model.scoring import calibration_error, ranked_probability, weighted_kappa
from rung.ladder.model.stages import estimate
from rung.ladder.model.statement import level_of
from tests.worlds import NO_ADAPTATION, TRUTH, WRONG_WORLDS, Levels, Lived, World, live

STATIC = replace(DEFAULTS, version="defaults, no adaptation", adapt_up=0.0, adapt_down=0.0)
CHI2_2_95 = 5.991
REPLICATES = 25


def best_map(answers: Levels, truth: Levels) -> dict[int, int]:
    """The recoding of answers into levels, monotone and with any level for silence, that agrees best with the truth."""
    values = [int(v) for v in np.unique(answers) if v >= 0]
    best, found = -2.0, {}
    for chosen in combinations_with_replacement(range(1, 7), len(values)):
        for silence in range(1, 7):
            recoding = {-1: silence, **dict(zip(values, chosen, strict=True))}
            kappa = weighted_kappa(truth, np.array([recoding[int(v)] for v in answers]))
            if kappa > best:
                best, found = kappa, recoding
    return found


def baseline(answers: Levels, truth: Levels, half: np.ndarray) -> tuple[float, float]:
    """Kappa of the best recoding, learnt on one half and judged on the other: over all, and over who answered."""
    # the counts say all there is to learn: one example of each pair, as often as it came, within a thousandth
    learn = np.flatnonzero(half)
    learn = learn[:: max(1, len(learn) // 3000)]
    recoding = best_map(answers[learn], truth[learn])
    told = np.array([recoding[int(v)] for v in answers[~half]])
    spoke = answers[~half] >= 0
    return weighted_kappa(truth[~half], told), weighted_kappa(truth[~half][spoke], told[spoke])


def promoters(recommend: Levels) -> Levels:
    return np.where(recommend < 0, -1, np.where(recommend >= 9, 2, np.where(recommend >= 7, 1, 0)))


def judge(lived: Lived, parameters: Parameters, only: np.ndarray) -> dict[str, float]:
    found = filter_sequences(lived.given, parameters)
    graded, truth = level_of(found.p50, parameters), lived.level
    spoke = only & (lived.csat >= 0)
    inside = (found.p5 < lived.d) & (lived.d < found.p95)
    return {
        "kappa": weighted_kappa(truth[only], graded[only]),
        "kappa_spoke": weighted_kappa(truth[spoke], graded[spoke]),
        "within": float(np.mean(np.abs(truth[only] - graded[only]) <= 1)),
        "cover": float(inside[only].mean()),
        "rps": ranked_probability(found.levels[only], truth[only]),
        "calibration": calibration_error(found.levels[only], truth[only]),
        "criminal": float(found.levels[only, 0].mean() - (truth[only] == 1).mean()),
        "rmse": float(np.sqrt(np.mean((found.mean - lived.d)[only] ** 2))),
    }


def main_world(report: Report, customers: int) -> None:
    lived = live(World(), customers, 8, seed=41)
    half = lived.given.customer < customers // 2
    other = ~half
    tell("true parameters and defaults")
    true, usual, static = (judge(lived, p, other) for p in (TRUTH, DEFAULTS, STATIC))
    report.add("true parameters: 90 % interval covers", true["cover"], "share", at_least=0.88)
    report.add("true parameters: … and not too often", true["cover"], "share", at_most=0.94)
    report.add("true parameters: calibration error", true["calibration"], "share", at_most=0.03)
    report.add("true parameters: RPS", true["rps"], "", at_most=0.060)
    report.add("defaults: kappa over all", usual["kappa"], "", at_least=0.64)
    report.add("defaults: within one level", usual["within"], "share", at_least=0.97)
    report.add("defaults: RPS", usual["rps"], "", note=f"RMSE of d {usual['rmse']:.2f}, covers {usual['cover']:.2f}")
    report.add("defaults without adaptation: kappa", static["kappa"], "", note=f"RPS {static['rps']:.4f}")
    tell("baselines: every recoding of CSAT and NPS")
    csat_all, csat_spoke = baseline(lived.csat, lived.level, half)
    nps_all, nps_spoke = baseline(promoters(lived.recommend), lived.level, half)
    best_all, best_spoke = max(csat_all, nps_all), max(csat_spoke, nps_spoke)
    report.add("best CSAT / NPS recoding: kappa over all", best_all, "", note=f"CSAT {csat_all:.2f}, NPS {nps_all:.2f}")
    report.add("defaults: ahead of it over all", usual["kappa"] - best_all, "", at_least=0.25)
    report.add("defaults: ahead of it over who answered", usual["kappa_spoke"] - best_spoke, "", at_least=0.08)
    silent = Sequences(lived.given.customer, lived.given.months, lived.given.x, np.zeros_like(lived.given.seen), [()])
    said = publish(silent, filter_sequences(silent, DEFAULTS), DEFAULTS)
    report.add("without evidence: refuses to say", 1 - float(said.stated.mean()), "share", at_least=1.0)


def fitted(report: Report) -> None:
    lived = live(World(), 1000, 8, seed=42)
    everybody = np.ones(len(lived.d), dtype=bool)
    effects = [block for block in EFFECTS if block.name != "ces"]
    free = Free([BETA, SPREAD, *effects, ADAPTATION, NOISE, DRIFT], DEFAULTS)
    tell("fitting 8,000 episodes")
    began, worked = time.perf_counter(), time.process_time()
    found = fit(lived.given, free, version="fitted")
    took, worked = time.perf_counter() - began, time.process_time() - worked
    assert found is not None
    true, ours = judge(lived, TRUTH, everybody), judge(lived, found.parameters, everybody)
    report.add(
        "fitting 8,000 episodes, processor time", worked, "s", at_most=60,
        note=f"{found.steps} steps, all together; {took:.1f} s passed",
    )  # fmt: skip
    report.add("fitted: RPS over that of the truth", ours["rps"] / true["rps"], "×", at_most=1.03)
    for cause, meant in zip(found.parameters.causes, TRUTH.causes, strict=True):
        report.add(
            f"fitted: weight of {cause.name} misses by", abs(cause.weight - meant.weight), "", at_most=0.12,
            note=f"{cause.weight:.3f} for {meant.weight}",
        )  # fmt: skip
    p = found.parameters
    report.add("fitted: Criminal share misses by", abs(ours["criminal"]), "share", at_most=0.015)
    report.add("fitted: τ", p.quality_sd, "", note="truth 0.8")
    report.add("fitted: λ₊ λ₋", p.adapt_up, "", note=f"and {p.adapt_down:.3f}; truth 0.35, 0.20")
    report.add("fitted: market drift", p.market_drift, "a month", note="truth 0.04")
    deaf = Free([BETA, SPREAD, *[b for b in effects if b.name != "answered"], ADAPTATION, NOISE, DRIFT], DEFAULTS)
    alone = fit(without(lived.given, "answered"), deaf, version="deaf")
    assert alone is not None
    report.add("… silence left out: τ", alone.parameters.quality_sd, "", note="what it costs to forget who is silent")


def without(given: Sequences, kind: str) -> Sequences:
    kept = [tuple(item for item in items if item.kind != kind) for items in given.signatures]
    return replace(given, signatures=kept)


def adaptation(report: Report, replicates: int) -> None:
    """200 customers with 6 touchpoints each, everything else known: is adaptation found where it is, and only there?"""
    misses, found_it, false = [], 0, 0
    for seed in range(replicates):
        tell(f"adaptation, replicate {seed + 1} of {replicates}")
        for truth in (TRUTH, NO_ADAPTATION):
            lived = live(World(truth=truth), 200, 6, seed=1000 + seed)
            known = replace(truth, version="known", adapt_up=0.3, adapt_down=0.2)
            moving = fit(lived.given, Free([ADAPTATION, DRIFT], known), version="moving")
            still = fit(lived.given, Free([DRIFT], replace(known, adapt_up=0.0, adapt_down=0.0)), version="still")
            assert moving is not None
            assert still is not None
            is_found = 2 * (moving.log_likelihood - still.log_likelihood) > CHI2_2_95
            if truth is TRUTH:
                misses.append(moving.parameters.adapt_up - TRUTH.adapt_up)
                found_it += is_found
            else:
                false += is_found
    report.add("200 × 6: RMSE of λ₊", float(np.sqrt(np.mean(np.square(misses)))), "", at_most=0.10)
    report.add("200 × 6: adaptation found where it is", found_it / replicates, "share", at_least=0.95)
    report.add("200 × 6: … and where it is not", false / replicates, "share", at_most=0.08)


def wrong_worlds(report: Report, customers: int) -> None:
    for world in (World(), *WRONG_WORLDS):
        tell(f"world: {world.name}")
        lived = live(world, customers, 8, seed=43)
        everybody = np.ones(len(lived.d), dtype=bool)
        half = lived.given.customer < customers // 2
        usual, static = judge(lived, DEFAULTS, everybody), judge(lived, STATIC, everybody)
        csat, _ = baseline(lived.csat, lived.level, half)
        best = f"; true parameters {judge(lived, TRUTH, everybody)['kappa'] - csat:.2f} ahead" if world.is_poor else ""
        report.add(
            f"{world.name}: ahead of CSAT", usual["kappa"] - csat, "kappa", at_least=0.20,
            note=f"kappa {usual['kappa']:.2f}, RPS {usual['rps']:.4f}, covers {usual['cover']:.2f}, calibration"
            f" {usual['calibration']:.2f}; static {static['kappa']:.2f}, {static['rps']:.4f}; CSAT {csat:.2f}{best}",
        )  # fmt: skip


def poor_evidence(report: Report, customers: int) -> None:
    """What the defaults lack where little is known: true parameters, or another question in the survey?"""
    tell("poor evidence: estimated, and with the six-level question")
    poor = next(world for world in WRONG_WORLDS if world.is_poor)
    lived = live(poor, customers, 8, seed=43)
    half = lived.given.customer < customers // 2
    found = estimate(rows_of(lived.given, lived.given.customer < customers // 3), DEFAULTS, version="estimated")
    assert found is not None
    csat, _ = baseline(lived.csat, lived.level, half)
    ours, true = (judge(lived, p, ~half) for p in (found.chosen.parameters, TRUTH))
    report.add(
        "poor evidence, estimated on a third: ahead of CSAT", ours["kappa"] - csat, "kappa",
        note=f"over the other half; RPS {ours['rps']:.4f}; true parameters {true['kappa'] - csat:.2f}, {true['rps']:.4f}",
    )  # fmt: skip
    asked = live(replace(poor, asks_level=True), customers, 8, seed=43)
    usual = judge(asked, DEFAULTS, np.ones(len(asked.d), dtype=bool))
    report.add(
        "poor evidence, six levels asked too: ahead of CSAT", usual["kappa"] - csat, "kappa",
        note=f"defaults, kappa {usual['kappa']:.2f}, RPS {usual['rps']:.4f}: what the survey of the demanded figures held",
    )  # fmt: skip


def choice(report: Report) -> None:
    """Which of the two is published, where customers adapt and where they do not."""
    for world in (World(), WRONG_WORLDS[0]):
        tell(f"choosing in the world: {world.name}")
        lived = live(world, 600, 8, seed=44)
        found = estimate(lived.given, DEFAULTS, version="chosen")
        assert found is not None
        everybody = np.ones(len(lived.d), dtype=bool)
        after, before = judge(lived, found.chosen.parameters, everybody), judge(lived, DEFAULTS, everybody)
        adapt = found.chosen.parameters
        report.add(
            f"{world.name}: published is {found.chosen.kind}, RPS over defaults'", after["rps"] / before["rps"], "×",
            at_most=1.0,
            note=f"λ {adapt.adapt_up:.2f}, {adapt.adapt_down:.2f}; ahead {found.ahead[0]:.3f} nats a customer"
            f" ({found.ahead[1]:.3f} to {found.ahead[2]:.3f})",
        )  # fmt: skip


def a_million(report: Report, count: int) -> None:
    tell(f"grading {count:,} episodes on one core")
    lived = live(World(), 5000, 8, seed=45)
    people = len(lived.d)
    copies = -(-count // people)
    on_one_core(0)
    began, worked, graded = time.perf_counter(), time.process_time(), 0
    for copy in range(copies):
        given = lived.given
        rows = rows_of(given, given.customer < (count - copy * people) / 8) if (copy + 1) * people > count else given
        graded += len(filter_sequences(rows, DEFAULTS).mean)
    report.add(
        f"{graded:,} episodes graded, processor time of one core", time.process_time() - worked, "s", at_most=60,
        note=f"{time.perf_counter() - began:.1f} s passed",
    )  # fmt: skip


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], 4000)
    arguments.add_argument("--replicates", type=int, default=REPLICATES, help="of the experiment on adaptation")
    arguments.add_argument("--grade", type=int, default=1_000_000, help="episodes to grade for time")
    given = arguments.parse_args()
    report = Report("ladder", given.size)
    main_world(report, given.size)
    fitted(report)
    adaptation(report, given.replicates)
    wrong_worlds(report, max(200, given.size * 3 // 4))
    poor_evidence(report, max(200, given.size * 3 // 4))
    choice(report)
    a_million(report, given.grade)
    report.print(given.json)


if __name__ == "__main__":
    main()
