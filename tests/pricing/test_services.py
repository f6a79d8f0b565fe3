import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from catalog.models import Category, PriceChange, Product
from jobs.models import Job, Score
from pricing import services, tasks
from pricing.models import Elasticity, PricePolicy, PriceSuggestion
from pricing.selectors import elasticity_of, policies, weekly_history
from pricing.services import suggest as suggest_module
from suggestions.actors import Actor
from suggestions.kinds import InvalidValueError, WorldMovedError, kinds
from suggestions.models import Suggestion, say
from suggestions.services import AlreadyDecidedError, approve
from tests.factories.inventory import AS_OF, StockedProductFactory, moment
from tests.factories.jobs import JobFactory, RunningJobFactory
from tests.factories.pricing import ElasticityFactory, elastic_weeks, sell_at_prices

pytestmark = pytest.mark.django_db
STAFF = Actor(name="li")
DAY = timedelta(days=1)
PRICES = ["10.00", "11.00", "9.50", "10.50", "9.00", "10.00"]


def running_job():
    return RunningJobFactory(arguments={"as_of": AS_OF.isoformat()})


def known_product(elasticity: float = -2.0, **fields) -> Product:
    """Sixteen months at five prices, for the last three weeks at 10.00; cost 6."""
    product = StockedProductFactory(**fields)
    sell_at_prices(product, elastic_weeks(elasticity, PRICES)[:-10])
    return product


def published() -> str:
    """All that was written, but for keys and times."""
    hidden = {"id", "job_id", "created_at", "suggestion_id"}
    rows = [
        *Suggestion.objects.order_by("subject_key").values(),
        *PriceSuggestion.objects.order_by("product_id").values(),
        *Elasticity.objects.order_by("product_id").values(),
        *Score.objects.order_by("method").values(),
    ]
    cut = [{name: value for name, value in row.items() if name not in hidden} for row in rows]
    return json.dumps(cut, cls=DjangoJSONEncoder)


@pytest.fixture
def advice() -> Suggestion:
    """The open suggestion of one well-known product."""
    known_product(title="Tea cup", title_zh="茶杯")
    services.suggest_prices(job=running_job())
    return Suggestion.objects.get()


def test_a_known_demand_gets_the_price_its_elasticity_asks_for(advice):
    """Elasticity −2, cost 6: best at 6 + 10 / 2 = 11, which is also the largest step."""
    row = advice.price
    assert row.elasticity == pytest.approx(-2, abs=0.2)
    assert row.elasticity_low < -2 < row.elasticity_high
    assert row.own_weight > 0.5
    assert row.units_now == pytest.approx(4 * 140, rel=0.05)
    assert (row.current_price, row.suggested_price) == (10, 11)
    assert row.floor_price == Decimal("6.60")
    assert row.profit - row.profit_now == pytest.approx(advice.effect, abs=Decimal("0.02"))
    assert row.profit_low <= row.profit <= row.profit_high


def test_the_suggestion_is_complete(advice):
    assert (advice.subject, advice.subject_zh, advice.unit) == ("Tea cup", "茶杯", "CNY")
    assert (advice.current_value, advice.suggested_value) == (10, 11)
    assert 0 < advice.effect_low <= advice.effect <= advice.effect_high
    assert advice.effect_days == 28
    assert advice.expires_on == AS_OF + 14 * DAY
    assert advice.risk == Suggestion.Risk.LOW
    assert advice.assumptions == []
    assert "about 1.9 % fewer units" in advice.reason_in_words
    assert "own 68 weeks" in advice.reason_in_words
    assert set(advice.evidence) >= {"scores", "elasticity", "own_weight", "chance_of_gain"}
    assert "moves by at most 10 %" in " ".join(say(part) for part in advice.guardrails) or (
        advice.guardrails == []
    )


def test_elasticities_and_scores_are_kept(advice):
    estimate = elasticity_of(product_id=advice.price.product_id)
    assert estimate.value == pytest.approx(advice.price.elasticity, abs=1e-4)
    assert estimate.observations == 68
    scores = advice.job.scores.all()
    assert {score.method for score in scores} == {
        "demand model",
        "recent level moved by price and season",
        "recent level moved by price",
        "mean of 8 weeks",
    }
    assert scores.filter(role=Score.Role.CHOSEN).count() == 1
    assert {(score.metric, score.held_back_days) for score in scores} == {("wape", 28)}


def test_an_assumed_cost_is_said_and_raises_the_risk():
    known_product(cost=None)
    services.suggest_prices(job=running_job())
    advice = Suggestion.objects.get()
    assert advice.price.cost_is_assumed
    assert advice.price.unit_cost == 6
    assert advice.risk == Suggestion.Risk.MEDIUM
    assert "60 % of the price, is assumed" in say(advice.assumptions[0])


def test_a_price_that_never_moved_is_advised_on_with_high_risk_or_not_at_all():
    for elasticity in (-1.7, -2.0, -2.3, -1.9):
        known_product(elasticity)
    still = StockedProductFactory()
    sell_at_prices(still, [("10.00", 140.0)] * 78)
    services.suggest_prices(job=running_job())
    estimate = elasticity_of(product_id=still.pk)
    assert estimate.own_weight < 0.2
    assert estimate.value == pytest.approx(-2, abs=0.4)
    for row in PriceSuggestion.objects.filter(product=still):
        assert row.suggestion.risk == Suggestion.Risk.HIGH
        assert "hardly ever moved" in row.suggestion.reason_in_words


def test_a_price_that_is_right_is_left_alone():
    known_product(-2.5)  # 6 + 10 / 2.5 = 10
    assert services.suggest_prices(job=running_job()) == 0


def test_a_price_that_moved_lately_is_left_alone(advice):
    PriceChange.objects.create(
        product=advice.price.product,
        price=10,
        effective_at=moment(AS_OF - 5 * DAY),
        source=PriceChange.Source.STAFF,
    )
    assert services.suggest_prices(job=running_job()) == 0


def test_the_policy_of_the_category_binds():
    tea = Category.objects.create(name="Tea", path="Tea")
    green = Category.objects.create(name="Green", path="Tea > Green", parent=tea)
    PricePolicy.objects.create(category=tea, largest_step=Decimal("0.05"), ending="95")
    known_product(category=green)
    services.suggest_prices(job=running_job())
    assert [row.suggested_price for row in PriceSuggestion.objects.all()] in (
        [],
        [Decimal("9.95")],
    )
    PricePolicy.objects.update(ending="any")
    services.suggest_prices(job=running_job())
    assert PriceSuggestion.objects.latest("pk").suggested_price == Decimal("10.50")


def test_only_the_best_are_published_and_the_result_says_how_many_are_left():
    PricePolicy.objects.create(most_suggestions=1)
    known_product()
    large = StockedProductFactory()
    sell_at_prices(large, elastic_weeks(-2.0, PRICES, units=700))
    job = running_job()
    assert services.suggest_prices(job=job) == 1
    job.refresh_from_db()
    assert PriceSuggestion.objects.get().product == large
    assert (job.result["suggestions"], job.result["left_out"], job.result["products"]) == (1, 1, 2)


def test_an_empty_shop_gets_no_advice():
    StockedProductFactory()
    job = running_job()
    assert services.suggest_prices(job=job) == 0
    assert not Elasticity.objects.exists()


def test_facts_of_the_day_or_later_change_nothing(advice):
    before = published()
    product = advice.price.product
    for model in (PriceSuggestion, Suggestion, Elasticity, Score, Job):
        model.objects.all().delete()

    sell_at_prices(product, [("8.00", 5000.0)], until=AS_OF + 7 * DAY)
    services.suggest_prices(job=running_job())

    assert published() == before


def test_queries_do_not_grow_with_products(django_assert_num_queries):
    for _product in range(6):
        known_product()
    job = running_job()
    with django_assert_num_queries(QUERIES):
        assert services.suggest_prices(job=job) == 6


QUERIES = 25


def test_a_second_delivery_of_the_task_does_nothing():
    known_product()
    job = JobFactory(arguments={"as_of": AS_OF.isoformat()})
    assert tasks.suggest_prices(job.pk) == 1
    assert tasks.suggest_prices(job.pk) == 0
    assert Suggestion.objects.count() == 1


def test_a_task_killed_while_writing_leaves_nothing_and_the_next_attempt_writes_all(monkeypatch):
    known_product()
    job = JobFactory(arguments={"as_of": AS_OF.isoformat()})

    def die(*_args):
        raise ConnectionError("the machine went away")

    with monkeypatch.context() as patch:
        patch.setattr(suggest_module, "record_scores", die)
        assert tasks.suggest_prices(job.pk) == 0
    assert not Suggestion.objects.exists()
    assert not Elasticity.objects.exists()

    Job.objects.filter(pk=job.pk).update(due_at=job.queued_at)
    assert tasks.suggest_prices(job.pk) == 1
    assert PriceSuggestion.objects.count() == Elasticity.objects.count() == 1


def test_approval_changes_the_price_and_its_history(advice):
    approve(advice, actor=STAFF)
    product = advice.price.product
    product.refresh_from_db()
    assert product.price == 11
    change = product.price_changes.first()
    assert (change.price, change.previous, change.source) == (11, 10, "suggestion")
    assert change.suggestion == advice


def test_the_price_staff_chose_is_set(advice):
    approve(advice, actor=STAFF, value=Decimal("10.45"))
    assert Product.objects.get().price == Decimal("10.45")


def test_a_price_that_moved_meanwhile_is_refused(advice):
    Product.objects.update(price=Decimal("10.20"))
    with pytest.raises(WorldMovedError, match=r"10\.20 now, not 10\.00"):
        approve(advice, actor=STAFF)
    advice.refresh_from_db()
    assert advice.state == Suggestion.State.OPEN
    assert Product.objects.get().price == Decimal("10.20")


def test_approving_twice_is_refused(advice):
    approve(advice, actor=STAFF)
    with pytest.raises(AlreadyDecidedError):
        approve(advice, actor=STAFF)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("6.59", "not be under ¥6.60"),
        ("8.99", "between ¥9.00 and ¥11.00"),
        ("11.01", "between ¥9.00 and ¥11.00"),
    ],
)
def test_a_value_beyond_a_guardrail_is_refused_with_the_limit(advice, value, message):
    with pytest.raises(InvalidValueError, match=message):
        approve(advice, actor=STAFF, value=Decimal(value))
    assert Product.objects.get().price == 10


def test_the_detail_page_shows_charts_and_facts(advice):
    kind = kinds()["price"]
    history, demand, profit = kind.charts(advice)
    assert history.datasets[0]["data"][-1] == 140
    assert history.datasets[1]["data"][-1] == 10
    at_best, at_now = demand.labels.index("11.00"), demand.labels.index("10.00")
    assert demand.datasets[0]["data"][at_now] == pytest.approx(advice.price.units_now, rel=0.01)
    middle, low, high = (line["data"] for line in profit.datasets)
    assert middle[at_best] == pytest.approx(float(advice.price.profit), rel=0.01)
    assert all(a <= b for a, b in zip(low, high, strict=True))
    figures = {"profit_now": "33583.20", "profit": "90.5", "units_now": 1120.4, "units": 9.46}
    PriceSuggestion.objects.update(**figures)
    facts = {str(label): str(value) for label, value in kind.facts(advice)}
    assert facts["Current price"] == "¥10.00"
    assert facts["Unit cost"] == "¥6.00"
    assert facts["Expected profit, now → then"] == "¥33,583 → ¥90.50"
    assert facts["Expected units, now → then"] == "1,120 → 9.5"


def test_a_product_s_weeks(advice):
    history = weekly_history(product_id=advice.price.product_id, before=AS_OF, weeks=80)
    assert history["units"].tolist()[11:13] == [0, 140]
    assert history["price"].iloc[:12].isna().all()
    assert history["price"].iloc[-1] == 10


def test_the_newest_estimate_known_on_a_day():
    old = ElasticityFactory(as_of=AS_OF - 7 * DAY)
    new = ElasticityFactory(product=old.product)
    assert elasticity_of(product_id=old.product_id) == new
    assert elasticity_of(product_id=old.product_id, as_of=AS_OF - DAY) == old
    assert elasticity_of(product_id=old.product_id, as_of=AS_OF - 30 * DAY) is None


def test_old_estimates_are_forgotten():
    for back in range(20):
        ElasticityFactory(as_of=AS_OF - back * DAY)
    known_product()
    services.suggest_prices(job=running_job())
    assert Elasticity.objects.values("job_id").distinct().count() == 14


def test_a_policy_without_a_row_has_the_built_in_values():
    assert policies().of(None).largest_step == Decimal("0.100")
