"""Suggest the prices worth moving, each with its evidence."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal

from django.conf import settings

from catalog.selectors import product_facts
from jobs.models import Job
from jobs.services import finishing, record_scores, report_progress
from pricing.models import Elasticity, PriceSuggestion
from pricing.services.estimate import (
    EFFECT_WEEKS,
    Estimates,
    elasticity_rows,
    estimate,
    outlooks,
    score_rows,
)
from pricing.services.propose import Proposal, propose
from pricing.wording import Wording
from suggestions.amounts import CENT, as_money
from suggestions.models import Suggestion
from suggestions.services import publish

EFFECT_DAYS = 7 * EFFECT_WEEKS
OPEN_DAYS = 14
KEPT_JOBS = 14
MOSTLY_OWN, PARTLY_OWN = 0.5, 0.2
MILL = Decimal("0.0001")
Risk = Suggestion.Risk


@dataclass(frozen=True)
class Basis:
    """What all suggestions of a job rest on."""

    job: Job
    estimates: Estimates

    def scores(self) -> dict[str, dict[str, float]]:
        """Return error and its interval by method, for the evidence."""
        return {
            score.method: {
                "wape": round(score.wape, 4),
                "low": round(score.low, 4),
                "high": round(score.high, 4),
            }
            for score in self.estimates.scores
        }


def suggest_prices(*, job: Job) -> int:
    """Store elasticities and publish the price moves worth proposing; return how many."""
    facts = product_facts(as_of=job.as_of).set_index("product_id").sort_index()
    facts = facts[facts["price"] > 0]
    estimates = estimate(facts, job=job)
    outlook = outlooks(estimates, facts, as_of=job.as_of)
    report_progress(job, 0.8, "Choosing prices")
    proposals, left_out = propose(facts.join(outlook, how="inner"), as_of=job.as_of)
    basis = Basis(job, estimates)
    pairs = [_suggestion(proposal, basis) for proposal in proposals]
    result = {"suggestions": len(pairs), "left_out": left_out, "products": len(outlook)}
    with finishing(job, {**result, "demand": estimates.method}):
        Elasticity.objects.bulk_create(elasticity_rows(outlook, job=job), batch_size=1000)
        publish(
            job=job,
            kind="price",
            suggestions=[suggestion for suggestion, _detail in pairs],
            details=[detail for _suggestion, detail in pairs],
        )
        record_scores(job, score_rows(estimates))
        _forget_old_estimates()
    return len(pairs)


def _suggestion(proposal: Proposal, basis: Basis) -> tuple[Suggestion, PriceSuggestion]:
    facts, move, detail = proposal.facts, proposal.move, _detail(proposal)
    low, gain, high = (as_money(value) for value in (move.gain_low, move.gain, move.gain_high))
    words = Wording(
        proposal=detail,
        days=EFFECT_DAYS,
        weeks=int(facts["observations"]),
        step=proposal.guardrails.step,
    )
    return Suggestion(
        subject_key=f"product:{detail.product_id}",
        subject=facts["title"],
        subject_zh=facts["title_zh"],
        as_of=basis.job.as_of,
        expires_on=basis.job.as_of + timedelta(days=OPEN_DAYS),
        unit=settings.SHOP_CURRENCY,
        current_value=detail.current_price,
        suggested_value=detail.suggested_price,
        effect=gain,
        effect_low=low,
        effect_high=high,
        effect_days=EFFECT_DAYS,
        risk=_risk(detail, is_naive=basis.estimates.naive_wins),
        reason=words.reason(),
        guardrails=words.guardrails(),
        assumptions=words.assumptions(basis.estimates),
        evidence={
            "demand": basis.estimates.method,
            "scores": basis.scores(),
            "elasticity": round(detail.elasticity, 3),
            "own_weight": round(detail.own_weight, 3),
            "weeks": int(facts["observations"]),
            "chance_of_gain": round(move.chance, 3),
        },
    ), detail


def _detail(proposal: Proposal) -> PriceSuggestion:
    facts, move = proposal.facts, proposal.move
    floor = Decimal(proposal.guardrails.floor(facts["cost"])).quantize(MILL)
    return PriceSuggestion(
        product_id=int(facts["product_id"]),
        current_price=as_money(facts["price"]),
        suggested_price=as_money(move.price),
        floor_price=floor.quantize(CENT, rounding=ROUND_CEILING),
        unit_cost=Decimal(facts["cost"]).quantize(MILL),
        cost_is_assumed=bool(facts["cost_is_assumed"]),
        elasticity=facts["elasticity"],
        elasticity_low=facts["elasticity_low"],
        elasticity_high=facts["elasticity_high"],
        own_weight=facts["own_weight"],
        units_now=facts["units"],
        units=move.units,
        units_sd=facts["units_sd"],
        profit_now=as_money(move.profit_now),
        profit=as_money(move.profit),
        profit_low=as_money(move.profit_now + move.gain_low),
        profit_high=as_money(move.profit_now + move.gain_high),
    )


def _risk(detail: PriceSuggestion, *, is_naive: bool) -> int:
    """Low on the product's own evidence; a step up for shared evidence and each doubt."""
    doubts = int(detail.own_weight < MOSTLY_OWN) + int(detail.own_weight < PARTLY_OWN)
    doubts += int(detail.cost_is_assumed) + int(is_naive)
    return int(min(Risk.HIGH, Risk.LOW + doubts))


def _forget_old_estimates() -> None:
    newest = Elasticity.objects.order_by("-job_id").values_list("job_id", flat=True).distinct()
    Elasticity.objects.exclude(job_id__in=list(newest[:KEPT_JOBS])).delete()
