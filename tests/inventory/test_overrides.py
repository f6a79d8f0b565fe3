"""Staff override a forecast: written beside it, applied the next night, judged later."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from inventory import editor, services
from inventory.models import DemandForecast, ForecastOverride, ProductForecast, TotalForecast
from inventory.selectors import forecast_fan, forecast_rows
from inventory.services.overrides import (
    OverrideError,
    OverrideMovedError,
    Wish,
    override_forecast,
    withdraw_override,
)
from sales.models import Order
from suggestions.actors import Actor
from tests.factories.catalog import CategoryFactory
from tests.factories.inventory import (
    AS_OF,
    DemandForecastFactory,
    ProductForecastFactory,
    StockedProductFactory,
    sell,
    steady,
)
from tests.factories.jobs import RunningJobFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LI = Actor("Li")
EVENING = datetime(2025, 6, 1, 12, tzinfo=UTC)  # the day before AS_OF


def wish(subject, **said):
    told = {
        "starts_on": AS_OF + DAY,
        "ends_on": AS_OF + 7 * DAY,
        "mode": "relative",
        "value": Decimal(50),
        "comment": "Fair next door",
    }
    return Wish(subject=subject, **(told | said))


def night(as_of=AS_OF):
    services.forecast_demand(job=RunningJobFactory(arguments={"as_of": as_of.isoformat()}))
    return DemandForecast.objects.live(as_of=as_of)


def written_on(override, moment):
    ForecastOverride.objects.filter(pk=override.pk).update(created_at=moment)


@pytest.fixture
def row():
    return ProductForecastFactory()


def test_the_computed_forecast_is_kept_beside_what_staff_say(row):
    made = override_forecast(wish=wish(row.product), actor=LI)
    assert made.baseline["daily"] == [1.0] * 7
    assert (made.baseline_units, made.units) == (7, 10.5)
    assert (made.created_by, made.comment) == ("Li", "Fair next door")
    row.refresh_from_db()
    assert row.daily["mean"] == [1.0] * 56


def test_days_beyond_the_forecast_are_carried_on(row):
    made = override_forecast(
        wish=wish(row.product, ends_on=AS_OF + 99 * DAY, mode="fixed", value=Decimal(990)), actor=LI
    )
    assert (made.baseline_units, made.units) == (99, 990)


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"ends_on": AS_OF}, "ends_on", "before the first"),
        ({"starts_on": AS_OF - DAY}, "starts_on", "begins on 2025-06-02; begin then or later"),
        ({"ends_on": AS_OF + 900 * DAY}, "ends_on", "end before"),
        ({"mode": "fixed", "value": Decimal(-1)}, "value", "below zero"),
        ({"value": Decimal(-101)}, "value", "from −100"),
        ({"value": Decimal(100000)}, "value", "1000"),
        ({"comment": "  "}, "comment", "what you know"),
    ],
)
def test_what_cannot_stand_is_refused_with_field_and_remedy(row, said, field, words):
    with pytest.raises(OverrideError, match=words) as refused:
        override_forecast(wish=wish(row.product, **said), actor=LI)
    assert refused.value.field == field
    assert not ForecastOverride.objects.exists()


def test_a_percentage_of_nothing_is_refused_but_units_are_not(row):
    unknown = StockedProductFactory()
    with pytest.raises(OverrideError, match="give units"):
        override_forecast(wish=wish(unknown), actor=LI)
    made = override_forecast(wish=wish(unknown, mode="fixed", value=Decimal(14)), actor=LI)
    assert made.units == 14


def test_without_a_forecast_there_is_nothing_to_override():
    with pytest.raises(OverrideError, match="Forecast demand first"):
        override_forecast(wish=wish(StockedProductFactory()), actor=LI)


def test_two_words_about_a_day_are_refused_and_a_change_replaces_the_first(row):
    first = override_forecast(wish=wish(row.product), actor=LI)
    with pytest.raises(OverrideError, match="overridden already"):
        override_forecast(wish=wish(row.product, starts_on=AS_OF + 7 * DAY), actor=LI)

    second = override_forecast(
        wish=wish(row.product, value=Decimal(80)), actor=Actor("Wang"), replaces=first
    )

    first.refresh_from_db()
    assert (first.withdrawn_by, first.value, second.replaces) == ("Wang", 50, first)
    assert list(ForecastOverride.objects.standing()) == [second]
    with pytest.raises(OverrideMovedError):
        override_forecast(wish=wish(row.product), actor=LI, replaces=first)
    with pytest.raises(OverrideMovedError):
        withdraw_override(override=first, actor=LI)
    assert ForecastOverride.objects.count() == 2


def test_a_refused_change_leaves_the_old_one_standing(row):
    first = override_forecast(wish=wish(row.product), actor=LI)
    override_forecast(
        wish=wish(row.product, starts_on=AS_OF + 20 * DAY, ends_on=AS_OF + 21 * DAY), actor=LI
    )
    with pytest.raises(OverrideError, match="overridden already"):
        override_forecast(
            wish=wish(row.product, ends_on=AS_OF + 30 * DAY), actor=LI, replaces=first
        )
    first.refresh_from_db()
    assert first.withdrawn_at is None


def test_the_database_refuses_an_override_of_both_or_below_zero(row):
    made = override_forecast(wish=wish(row.product), actor=LI)
    for change in ({"category": CategoryFactory()}, {"value": -150}, {"ends_on": AS_OF - DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ForecastOverride.objects.filter(pk=made.pk).update(**change)


def test_the_next_night_goes_by_it_and_orders_read_the_plan():
    product, other = StockedProductFactory(), StockedProductFactory()
    for one in (product, other):
        sell(one, steady(2, 120))
    before = forecast_rows(night()).set_index("product_id")
    made = override_forecast(
        wish=wish(product, starts_on=AS_OF, ends_on=AS_OF + 20 * DAY), actor=LI
    )
    assert forecast_rows(DemandForecast.objects.live()).set_index("product_id").equals(before)

    written_on(made, EVENING)
    after = forecast_rows(night()).set_index("product_id")

    for name in ("lead_mean", "protection_mean"):
        assert after[name][product.pk] == pytest.approx(1.5 * before[name][product.pk], rel=0.01)
        assert after[name][other.pk] == before[name][other.pk]
    assert after["daily"][product.pk]["mean"][0] == pytest.approx(3, abs=0.1)
    fan = forecast_fan(product_id=product.pk)
    assert fan["baseline"].iloc[0] == pytest.approx(2, abs=0.1)
    assert fan["mean"].iloc[0] == pytest.approx(3, abs=0.1)
    assert fan["mean"].iloc[30] == fan["baseline"].iloc[30]


def test_a_night_hears_nothing_written_on_its_day_and_all_withdrawn_since():
    product = StockedProductFactory()
    sell(product, steady(2, 120))
    night()
    made = override_forecast(wish=wish(product), actor=LI)
    written_on(made, datetime(2025, 6, 1, 16, 30, tzinfo=UTC))  # half past midnight in the shop
    assert ProductForecast.objects.get(forecast=night()).planned is None
    written_on(made, EVENING)
    assert ProductForecast.objects.get(forecast=night()).planned is not None
    ForecastOverride.objects.update(withdrawn_at=datetime(2025, 6, 1, 13, tzinfo=UTC))
    assert ProductForecast.objects.get(forecast=night()).planned is None


def test_a_product_that_never_sold_is_planned_by_its_units():
    sell(StockedProductFactory(), steady(2, 120))
    night()
    product = StockedProductFactory()
    said = wish(product, starts_on=AS_OF, ends_on=AS_OF + 9 * DAY, mode="fixed", value=Decimal(40))
    written_on(override_forecast(wish=said, actor=LI), EVENING)
    rows = forecast_rows(night()).set_index("product_id")
    assert rows["protection_mean"][product.pk] == 40
    assert rows["daily"][product.pk]["mean"][:11] == [4.0] * 10 + [0.0]


def test_a_category_shares_its_units_out_by_what_is_expected():
    top = CategoryFactory(name="Home", path="Home")
    tea = CategoryFactory(name="Tea", path="Home > Tea", parent=top)
    slow, fast = (StockedProductFactory(category=tea) for _ in range(2))
    sell(slow, steady(1, 120))
    sell(fast, steady(3, 120))
    night()
    total = TotalForecast.objects.get(category=top).daily["mean"]
    assert total[0] == pytest.approx(4, abs=0.2)
    assert total == TotalForecast.objects.get(category=None).daily["mean"]
    said = wish(top, starts_on=AS_OF, ends_on=AS_OF + 9 * DAY, mode="fixed", value=Decimal(80))
    written_on(override_forecast(wish=said, actor=LI), EVENING)
    rows = forecast_rows(night()).set_index("product_id")
    both = [sum(rows["daily"][one.pk]["mean"][:10]) for one in (slow, fast)]
    assert sum(both) == pytest.approx(80, abs=0.1)
    assert both[1] == pytest.approx(60, abs=1)


def passed(product, *, computed, value, mode="fixed", days=5, **more):
    """An override of the last days before AS_OF."""
    return ForecastOverride.objects.create(
        product=product,
        starts_on=AS_OF - days * DAY,
        ends_on=AS_OF - DAY,
        mode=mode,
        value=value,
        comment="x",
        baseline={"daily": [computed / days] * days},
        created_at=timezone.now(),
        created_by="Li",
        **more,
    )


def judged(override, known_until=AS_OF):
    row = editor.with_sold(ForecastOverride.objects.all()).get(pk=override.pk)
    return editor.outcome(row, known_until=known_until)


def test_later_it_is_seen_who_was_right():
    product = StockedProductFactory()
    sell(product, steady(4, 60))
    sell(product, {AS_OF - 2 * DAY: -3})
    found = judged(passed(product, computed=10, value=18))
    assert (found.computed, found.said, found.sold) == (10, 18, 17)
    assert found.staff_were_nearer
    assert not judged(passed(product, computed=18, value=100)).staff_were_nearer
    assert judged(passed(product, computed=16, value=18)).staff_were_nearer is None
    record = editor.track_record(AS_OF)
    assert (record.measured, record.staff_nearer) == (3, 1)
    assert (record.missed_by_staff, record.missed_by_computed) == (1 + 83 + 1, 7 + 1 + 1)


def test_only_days_in_force_are_judged():
    product = StockedProductFactory()
    sell(product, steady(4, 60))
    assert judged(passed(product, computed=10, value=20), known_until=AS_OF - 2 * DAY) is None
    second_day = datetime(2025, 5, 29, 12, tzinfo=UTC)
    found = judged(passed(product, computed=10, value=20, withdrawn_at=second_day))
    assert (found.computed, found.said, found.sold) == (4, 8, 8)
    too_early = datetime(2025, 5, 20, tzinfo=UTC)
    assert judged(passed(product, computed=10, value=20, withdrawn_at=too_early)) is None


def test_today_is_not_over_and_judges_nobody():
    product, today = StockedProductFactory(), timezone.localdate()
    sell(product, {today - DAY: 1})
    assert editor.last_whole_day() == today - DAY
    Order.objects.update(placed_at=timezone.now())
    assert editor.last_whole_day() == today - DAY
    Order.objects.all().delete()
    assert editor.last_whole_day() is None


def test_a_category_is_judged_by_all_below_it():
    top = CategoryFactory(name="Home", path="Home")
    tea = CategoryFactory(name="Tea", path="Home > Tea", parent=top)
    other = CategoryFactory(name="Homeware", path="Homeware")
    for category in (top, tea, other):
        sell(StockedProductFactory(category=category), steady(1, 30))
    made = passed(None, computed=9, value=0, category=top)
    assert judged(made).sold == 10


URL = "admin:inventory_forecast_editor"


def form(**said):
    told = {
        "starts_on": (AS_OF + DAY).isoformat(),
        "ends_on": (AS_OF + 7 * DAY).isoformat(),
        "mode": "relative",
        "value": "50",
        "comment": "Fair next door",
    }
    return told | said


def address(subject):
    kind = "category" if subject._meta.model_name == "category" else "product"
    return f"{reverse(URL)}?{kind}={subject.pk}"


def test_the_editor_shows_computed_override_and_total(admin_client, row):
    assert admin_client.post(address(row.product), form()).status_code == 302
    made = ForecastOverride.objects.get()
    assert (made.created_by, made.user.username) == ("admin", "admin")
    page = admin_client.get(address(row.product))
    week = page.context["editor"].weeks[0]
    assert (week["baseline"], week["override"], week["total"]) == (7, 9, 10)
    text = page.content.decode()
    assert "Fair next door" in text
    assert "+50 %" in text
    assert text.count("stands") == 1
    assert admin_client.post(reverse("admin:inventory_withdraw", args=[made.pk])).status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_by == "admin"
    assert "withdrawn by admin" in admin_client.get(address(row.product)).content.decode()


def test_a_change_begins_with_what_was_said(admin_client, row):
    made = override_forecast(wish=wish(row.product), actor=LI)
    page = admin_client.get(f"{address(row.product)}&replaces={made.pk}").content.decode()
    assert 'value="2025-06-03"' in page
    assert "Change the override" in page
    answer = admin_client.post(address(row.product), form(value="70", replaces=made.pk))
    assert answer.status_code == 302
    assert ForecastOverride.objects.standing().get().value == 70


def test_the_shelf_of_categories_and_a_search_lead_to_the_editor(admin_client, row):
    top = CategoryFactory(name="Home", path="Home")
    text = admin_client.get(reverse(URL)).content.decode()
    assert f"?category={top.pk}" in text
    text = admin_client.get(reverse(URL), {"q": row.product.sku}).content.decode()
    assert f"?product={row.product.pk}" in text
    text = admin_client.get(address(top)).content.decode()
    assert "Sold, computed and planned per week" in text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"starts_on": "yesterday"}, "Enter a valid date."),
        ({"value": "lots"}, "Enter a number."),
        ({"value": "NaN"}, "Enter a number."),
        ({"value": "1e30"}, "digits"),
        ({"mode": "magic"}, "magic is not one of the available choices"),
        ({"comment": ""}, "This field is required."),
        ({"replaces": "999"}, "Select a valid choice"),
        ({"starts_on": "2020-01-01"}, "begin then or later"),
        ({"value": "-200"}, "from −100"),
        ({"mode": "fixed", "value": "2147483648"}, "more than a shelf holds"),
    ],
)
def test_bad_input_is_refused_beside_its_field(admin_client, row, said, words):
    answer = admin_client.post(address(row.product), form(**said))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ForecastOverride.objects.exists()


@pytest.mark.parametrize("replaced", ["²", "9" * 5000])
def test_a_change_of_no_number_begins_empty(admin_client, row, replaced):
    page = admin_client.get(f"{address(row.product)}&replaces={replaced}")
    assert page.status_code == 200
    assert "Override the forecast" in page.content.decode()


@pytest.mark.parametrize("asked", ["?product=0", "?product=x", "?category=99999999999999999999"])
def test_an_unknown_subject_is_asked_for_again(admin_client, row, asked):
    for answer in (
        admin_client.get(reverse(URL) + asked),
        admin_client.post(reverse(URL) + asked, form()),
    ):
        assert answer.status_code in {200, 422}
        assert "Whose forecast?" in answer.content.decode()
    assert not ForecastOverride.objects.exists()


def test_an_analyst_looks_and_changes_nothing(row):
    made = override_forecast(wish=wish(row.product), actor=LI)
    analyst = client_of("Analyst")
    page = analyst.get(address(row.product))
    assert page.status_code == 200
    assert "Save the override" not in page.content.decode()
    later = form(starts_on="2025-07-01", ends_on="2025-07-02")
    assert analyst.post(address(row.product), later).status_code == 403
    assert analyst.post(reverse("admin:inventory_withdraw", args=[made.pk])).status_code == 403
    made.refresh_from_db()
    assert made.withdrawn_at is None
    assert ForecastOverride.objects.count() == 1


def test_a_manager_may_and_a_stranger_may_not(client, row):
    manager = client_of("Manager")
    assert manager.post(address(row.product), form()).status_code == 302
    made = ForecastOverride.objects.get()
    client.force_login(User.objects.create_user("guest", is_staff=True))
    assert client.get(address(row.product)).status_code == 403
    assert client.post(reverse("admin:inventory_withdraw", args=[made.pk])).status_code == 403
    assert manager.get(reverse("admin:inventory_withdraw", args=[made.pk])).status_code == 405
    assert ForecastOverride.objects.standing().exists()


def test_a_foreign_override_is_not_replaced(admin_client, row):
    other = ProductForecastFactory(forecast=row.forecast)
    made = override_forecast(wish=wish(other.product), actor=LI)
    answer = admin_client.post(address(row.product), form(replaces=made.pk))
    assert answer.status_code == 403
    made.refresh_from_db()
    assert made.withdrawn_at is None
    assert ForecastOverride.objects.count() == 1


LIST = "admin:inventory_forecastoverride_changelist"


def fill(count):
    product = StockedProductFactory()
    sell(product, steady(1, 12))
    for number in range(count):
        passed(product, computed=4, value=5 + number % 3)


@pytest.mark.parametrize("count", [10, 1000])
def test_the_list_takes_as_many_queries_for_ten_as_for_a_thousand(
    admin_client, django_assert_num_queries, count
):
    fill(count)
    admin_client.get(reverse(LIST))
    with django_assert_num_queries(8):
        text = admin_client.get(reverse(LIST)).content.decode()
    assert "Staff were nearer" in text


@pytest.mark.parametrize("count", [10, 1000])
def test_the_editor_takes_as_many_queries_for_ten_as_for_a_thousand(
    admin_client, django_assert_num_queries, count
):
    forecast = DemandForecastFactory()
    fill(count)
    product = ForecastOverride.objects.first().product
    ProductForecastFactory(forecast=forecast, product=product)
    admin_client.get(address(product))
    with django_assert_num_queries(10):
        admin_client.get(address(product))


def test_an_override_opens_where_it_was_made(admin_client, row):
    made = override_forecast(wish=wish(row.product), actor=LI)
    url = reverse("admin:inventory_forecastoverride_change", args=[made.pk])
    assert admin_client.get(url)["Location"] == address(row.product)
    assert admin_client.get(url.replace(str(made.pk), "987")).status_code == 302
    assert made.baseline["as_of"] == AS_OF
