"""The answers printed in Snyder and Shen (2019), beside this product's formulas."""

import math

import numpy as np

from benchmarks.figures import Figure
from inventory.algorithms import losses
from inventory.algorithms.disruptions import Outages, eoq_with_disruptions
from inventory.algorithms.eoq import (
    PriceBreaks,
    all_units_discount,
    eoq,
    eoq_backorders,
    epq,
    incremental_discount,
)
from inventory.algorithms.finite_horizon import HorizonCase, finite_horizon
from inventory.algorithms.joint_replenishment import joint_replenishment
from inventory.algorithms.min_max import min_max_poisson, min_max_power
from inventory.algorithms.newsvendor import (
    UnitCosts,
    myopic_normal,
    newsvendor_lognormal,
    newsvendor_normal,
    newsvendor_poisson,
    newsvendor_profit,
)
from inventory.algorithms.poisson_reorder import best_poisson_reorder
from inventory.algorithms.random_yield import eoq_with_yield
from inventory.algorithms.reorder_point import (
    ReorderCase,
    backorder_lot,
    best_reorder_point,
    best_reorder_policy,
    expected_level,
    loss_approximation,
    lot_and_safety_stock,
    reorder_cost,
)
from inventory.algorithms.wagner_whitin import wagner_whitin

Pair = tuple[float, float]
PRINTED = 6e-11
SOLVER = 5e-7  # printed where a solver stopped, some 3e-7 from the root
CASE = ReorderCase(order_cost=8, holding=0.225, shortage=7.5, demand=1300, sd=150, lead=1 / 12)
BREAKS = PriceBreaks((0, 200, 500), (500, 475, 450))
STEPS = PriceBreaks((0, 300, 600), (100, 90, 80))


def cases() -> dict[str, tuple[float, list[Pair]]]:
    """Tolerance and (ours, printed) pairs per case."""
    return {**lots(), **newsvendors(), **reorder(), **dynamic(), **loss_functions()}


def lots() -> dict[str, tuple[float, list[Pair]]]:
    plain, wait = eoq(8, 0.225, 1300), eoq_backorders(8, 0.225, 1300, shortage=5)
    made = epq(8, 0.225, 1300, production=1700)
    units, steps = (
        all_units_discount(200, 0.2, 1000, BREAKS),
        incremental_discount(150, 0.25, 2400, STEPS),
    )
    out = eoq_with_disruptions(8, 0.225, 1300, shortage=5, outages=Outages(1.5, 14))
    poor = eoq_with_yield(18500, 0.06, 75000, mean_yield=0.8333, sd_yield=math.sqrt(0.0198))
    return {
        "eoq": (
            PRINTED,
            [
                (plain.quantity, 304.0467800264),
                (plain.cost, 68.4105255059),
                (eoq(8, 0.225, 1300, quantity=500).cost, 77.05),
            ],
        ),
        "eoq_backorders": (
            PRINTED,
            [
                (wait.quantity, 310.8125551590),
                (wait.backordered, 0.0430622010),
                (wait.cost, 66.9213635510),
            ],
        ),
        "epq": (PRINTED, [(made.quantity, 626.8084945890), (made.cost, 33.1839791253)]),
        "all_units_discount": (PRINTED, [(units.quantity, 500), (units.cost, 472900)]),
        "incremental_discount": (
            PRINTED,
            [(steps.quantity, 1481.8906842274), (steps.cost, 222762.8136845483)],
        ),
        "eoq_disruptions": (1e-4, [(out.quantity, 772.8110739983), (out.cost, 173.9500025732)]),
        "eoq_yield": (PRINTED, [(poor.quantity, 254477.4613034232), (poor.cost, 13086.1616909859)]),
    }


def newsvendors() -> dict[str, tuple[float, list[Pair]]]:
    normal = newsvendor_normal(50, 8, holding=0.18, shortage=0.70)
    later = newsvendor_normal(50, 8, holding=0.18, shortage=0.70, lead_periods=4)
    gain = newsvendor_profit(50, 8, price=1, cost=0.3, salvage=0.12)
    many = newsvendor_poisson(50, holding=0.18, shortage=0.7)
    few = newsvendor_poisson(6, holding=1, shortage=4)
    skewed = newsvendor_lognormal(6, 0.3, holding=1, shortage=0.1765)
    buy = UnitCosts(0.30, 0.35, discount=0.98)
    now = myopic_normal(50, 8, holding=0.18, shortage=0.70, purchase=buy)
    return {
        "newsvendor_normal": (
            PRINTED,
            [(normal.quantity, 56.6039559274), (normal.value, 1.9976051932)],
        ),
        "newsvendor_lead": (
            PRINTED,
            [(later.quantity, 264.7668943742), (later.value, 4.4667810041)],
        ),
        "newsvendor_profit": (
            PRINTED,
            [(gain.quantity, 56.6039559274), (gain.value, 33.0023948068)],
        ),
        "newsvendor_poisson": (
            PRINTED,
            [
                (many.quantity, 56),
                (many.value, 1.7972352118),
                (few.quantity, 8),
                (few.value, 3.5701069458),
            ],
        ),
        "newsvendor_lognormal": (
            PRINTED,
            [(skewed.quantity, 295.6266448071), (skewed.value, 29.4425435821)],
        ),
        "myopic": (PRINTED, [(now.quantity, 58.0989188321), (now.value, 16.6824117646)]),
    }


def reorder() -> dict[str, tuple[float, list[Pair]]]:
    level, best = expected_level(CASE), best_reorder_policy(CASE)
    lot, short, loss = backorder_lot(CASE), lot_and_safety_stock(CASE), loss_approximation(CASE)
    poisson = best_poisson_reorder(order_cost=100, holding=20, shortage=150, demand=1.5, lead=2)
    exact = min_max_poisson(6, order_cost=5, holding=1, shortage=4)
    power = min_max_power(50, 8, order_cost=2.5, holding=0.18, shortage=0.7)
    return {
        "reorder_cost": (PRINTED, [(reorder_cost(CASE, 126.8, 328.5), 78.0711625093)]),
        "reorder_point_for_300": (
            SOLVER,
            [(best_reorder_point(CASE, 300).reorder_point, 129.4272799263)],
        ),
        "reorder_optimum": (
            5e-4,
            [(best.reorder_point, 126.867), (best.quantity, 328.449), (best.cost, 78.07114627)],
        ),
        "expected_level": (
            SOLVER,
            [
                (level.reorder_point, 213.9704421358),
                (level.quantity, 318.5901810769),
                (level.cost, 95.4511402229),
            ],
        ),
        "eoq_backorder_lot": (
            SOLVER,
            [(lot.reorder_point, 128.6378144243), (lot.quantity, 308.5737801204)],
        ),
        "eoq_safety_stock": (
            SOLVER,
            [(short.reorder_point, 190.3369965716), (short.quantity, 304.0467800264)],
        ),
        "loss_approximation": (
            SOLVER,
            [(loss.reorder_point, 126.8670634480), (loss.quantity, 328.4491421980)],
        ),
        "poisson_reorder": (
            PRINTED,
            [(poisson.reorder_point, 3), (poisson.quantity, 5), (poisson.cost, 107.9235806331)],
        ),
        "min_max_exact": (PRINTED, [(exact.low, 4), (exact.high, 10), (exact.cost, 8.0341115615)]),
        "min_max_power": (PRINTED, [(power.low, 40.1946169565), (power.high, 74.2901701098)]),
    }


def dynamic() -> dict[str, tuple[float, list[Pair]]]:
    first = wagner_whitin([90, 120, 80, 70], order_cost=500, holding=2)
    second = wagner_whitin([20, 30, 10, 25, 40], order_cost=50, holding=1)
    joint = joint_replenishment(
        600, np.array([120.0, 840, 300]), np.array([160.0, 20, 50]), np.ones(3)
    )
    plan = finite_horizon(HorizonCase(5, 1, 20, 2, 50, 100, 20, 1, 20))
    return {
        "wagner_whitin": (
            PRINTED,
            [
                (first.cost, 1380),
                (first.orders[0], 210),
                *zip(first.cost_to_go, [1380, 940, 640, 500], strict=True),
            ],
        ),
        "wagner_whitin_own": (PRINTED, [(second.cost, 190), (second.orders[3], 65)]),
        "joint_replenishment": (
            PRINTED,
            [(joint.cycle, 3.1031644542), (joint.cost, 837.8544026261)],
        ),
        "finite_horizon": (
            PRINTED,
            [
                (plan.cost, 1558.6946467384),
                *zip(plan.low, [110] * 4 + [111], strict=True),
                *zip(plan.high, [133] * 4 + [126], strict=True),
            ],
        ),
    }


def loss_functions() -> dict[str, tuple[float, list[Pair]]]:
    pairs = {
        "normal": (losses.normal_loss(1.3, 0, 1), 0.0455279621),
        "normal_second": (losses.normal_second_loss(1.3, 0, 1), 0.0188070669),
        "normal_far": (losses.normal_loss(18.6, 15, 3), 0.1683073522),
        "poisson": (losses.poisson_loss(18, 15), 0.5176095283),
        "gamma": (losses.gamma_loss(4, 2, 3), 2.6359713812),
        "lognormal": (losses.lognormal_loss(10, 2, 0.3), 0.2836497389),
        "geometric": (losses.geometric_loss(6, 0.2), 1.31072),
        "negative_binomial": (losses.negative_binomial_loss(14, 6, 0.3), 2.6829457585),
        "exponential": (losses.exponential_loss(1, 0.2), 4.0936537654),
    }
    return {f"loss_{name}": (PRINTED, [(float(one), two)]) for name, (one, two) in pairs.items()}


def textbook() -> Figure:
    """How many cases differ from the printed digits; none may."""
    found = cases()
    wrong = [
        name
        for name, (digits, pairs) in found.items()
        if any(abs(ours - printed) > digits for ours, printed in pairs)
    ]
    return Figure(
        "inventory.textbook.cases_off",
        len(wrong),
        "cases",
        target=0,
        rivals={"cases": len(found)} | {f"off.{name}": 1.0 for name in wrong},
    )
