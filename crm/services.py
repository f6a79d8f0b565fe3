"""Find each customer's segment, and set it once staff agree."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from crm.algorithms.foresight import Comparison, Explained, compare_groupings
from crm.algorithms.rfm import SEGMENTS, customer_history, segment_customers
from crm.models import Segment, SegmentMember, SegmentSuggestion
from crm.segment_texts import WHAT_TO_DO, WHO
from crm.selectors import current_segments
from jobs.models import Job, Score
from jobs.services import finishing, record_scores, report_progress
from sales.models import Customer
from sales.selectors import customer_orders
from suggestions.actors import Actor
from suggestions.amounts import as_money
from suggestions.kinds import WorldMovedError
from suggestions.models import Suggestion
from suggestions.services import publish

KIND = "segment"
HELD_BACK_DAYS = 90
VALID_DAYS = 30
SEED = 20


def segment_all(*, job: Job) -> int:
    """Suggest, per segment, which customers to move into it; return how many suggestions."""
    orders = customer_orders(before=job.as_of)
    history = customer_history(orders, as_of=job.as_of)
    comparison = compare_groupings(
        orders, as_of=job.as_of, days=HELD_BACK_DAYS, rng=np.random.default_rng(SEED)
    )
    report_progress(job, 0.5, _("comparing with the segments in force"))
    scored = segment_customers(history)
    current = current_segments()
    scored["previous"] = [current.get(customer, "") for customer in scored["customer_id"]]
    movers = scored[scored["segment"] != scored["previous"]]
    groups = [
        (name, movers[movers["segment"] == name])
        for name in SEGMENTS
        if (movers["segment"] == name).any()
    ]
    money = float(scored["monetary"].sum())
    details = [_detail(name, group, comparison, money) for name, group in groups]
    suggestions = [
        _suggestion(job, detail, group, comparison)
        for detail, (_name, group) in zip(details, groups, strict=True)
    ]
    counts = scored["segment"].value_counts().to_dict()
    with finishing(job, {"customers": len(scored), "moving": len(movers), "segments": counts}):
        record_scores(job, _scores(comparison))
        published = publish(job=job, kind=KIND, suggestions=suggestions, details=details)
        _save_members(details, groups)
    return published


def set_segment(suggestion: Suggestion, actor: Actor) -> None:
    """Put the members into the segment whose own segment is still what it was.

    WorldMovedError where not one of them is.
    """
    detail = SegmentSuggestion.objects.get(pk=suggestion.pk)
    still = SegmentMember.objects.filter(
        suggestion=detail, customer=OuterRef("pk"), previous_segment=OuterRef("segment")
    )
    moved = Customer.objects.filter(Exists(still)).update(segment=detail.segment)
    if not moved:
        raise WorldMovedError(
            _("The segments of all these customers have changed since; nothing was applied.")
        )


def _detail(
    name: str, group: pd.DataFrame, comparison: Comparison | None, money: float
) -> SegmentSuggestion:
    detail = SegmentSuggestion(
        segment=name,
        customers=len(group),
        share_of_revenue=float(group["monetary"].sum()) / money if money else 0.0,
    )
    spend = comparison.spend.set_index("segment") if comparison else pd.DataFrame()
    if name in spend.index:
        mean, low, high = (spend.loc[[name], ["mean", "low", "high"]] * len(group)).to_numpy()[0]
        detail.expected_spend = as_money(mean)
        detail.expected_spend_low = as_money(low)
        detail.expected_spend_high = as_money(high)
    return detail


def _suggestion(
    job: Job, detail: SegmentSuggestion, group: pd.DataFrame, comparison: Comparison | None
) -> Suggestion:
    label = Segment(detail.segment).label
    with override("en"):
        english = str(label)
    with override("zh-hans"):
        chinese = str(label)
    zero = Decimal(0)
    return Suggestion(
        subject_key=f"segment:{detail.segment}",
        subject=english,
        subject_zh=chinese,
        as_of=job.as_of,
        expires_on=job.as_of + timedelta(days=VALID_DAYS),
        unit="customers",
        suggested_value=Decimal(len(group)),
        effect=zero,
        effect_low=zero,
        effect_high=zero,
        effect_days=HELD_BACK_DAYS,
        risk=Suggestion.Risk.LOW,
        reason=_reason(detail, group),
        evidence=_evidence(detail, group, comparison),
        guardrails=[
            {"text": gettext_noop("Age, gender and place play no part in a segment."), "params": {}}
        ],
    )


def _reason(detail: SegmentSuggestion, group: pd.DataFrame) -> list[dict[str, object]]:
    return [
        {"text": WHO[detail.segment], "params": {}},
        {
            "text": gettext_noop(
                "%(customers)s customers would move in: half of them ordered in the last"
                " %(recency)s days, and placed at least %(frequency)s orders."
            ),
            "params": {
                "customers": f"{len(group):,}",
                "recency": int(group["recency_days"].median()),
                "frequency": int(group["frequency"].median()),
            },
        },
        {"text": WHAT_TO_DO[detail.segment], "params": {}},
        {
            "text": gettext_noop(
                "A segment earns nothing by itself: it decides whom your next campaign reaches."
            ),
            "params": {},
        },
    ]


def _evidence(
    detail: SegmentSuggestion, group: pd.DataFrame, comparison: Comparison | None
) -> dict[str, object]:
    evidence: dict[str, object] = {
        "customers": len(group),
        "previous": group["previous"].value_counts().to_dict(),
    }
    if comparison:
        evidence |= {
            "held_back_days": comparison.days,
            "explained_by_segments": round(comparison.segments.value, 4),
            "explained_by_spend_bands": round(comparison.spend_bands.value, 4),
        }
    if detail.expected_spend is not None:
        evidence["expected_spend"] = str(detail.expected_spend)
    return evidence


def _scores(comparison: Comparison | None) -> list[Score]:
    if comparison is None:
        return []
    return [
        _score("rfm segments", Score.Role.CHOSEN, comparison.segments, comparison),
        _score("bands of past spend", Score.Role.NAIVE, comparison.spend_bands, comparison),
    ]


def _score(method: str, role: str, share: Explained, comparison: Comparison) -> Score:
    return Score(
        subject="segments",
        method=method,
        role=role,
        metric="share of next spend explained",
        value=share.value,
        low=share.low,
        high=share.high,
        is_higher_better=True,
        held_back_days=comparison.days,
        cases=comparison.customers,
    )


def _save_members(details: list[SegmentSuggestion], groups: list[tuple[str, pd.DataFrame]]) -> None:
    SegmentMember.objects.bulk_create(
        [
            SegmentMember(
                suggestion=detail,
                customer_id=row["customer_id"],
                previous_segment=row["previous"],
                recency_days=row["recency_days"],
                frequency=row["frequency"],
                monetary=as_money(row["monetary"]),
            )
            for detail, (_name, group) in zip(details, groups, strict=True)
            for row in group.to_dict("records")
        ],
        batch_size=1000,
    )
