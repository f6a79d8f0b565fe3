"""Pages that draw on several rooms, and who may open them."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import PriceChange, Product
from config.models import ApiKey
from tests.factories.catalog import PriceChangeFactory, ProductFactory, StockCountFactory
from tests.factories.sales import CustomerFactory, OrderFactory, OrderLineFactory
from tests.factories.suggestions import SuggestionFactory
from tests.people import client_of

FORM = {
    "sku": "T-1",
    "title": "Tea cup",
    "kind": "product",
    "is_active": "on",
    "price": "12.00",
    "price_changes-TOTAL_FORMS": "0",
    "price_changes-INITIAL_FORMS": "0",
}


def page_of(client: Client, row: Product | object) -> str:
    label = row._meta.label_lower.replace(".", "_")
    return client.get(reverse(f"admin:{label}_change", args=[row.pk])).content.decode()


def test_a_product_shows_prices_sales_stock_and_advice(admin_client: Client) -> None:
    cup = ProductFactory(price=10, cost=6)
    PriceChangeFactory(product=cup, price=10, previous=9)
    StockCountFactory(product=cup, on_hand=20)
    StockCountFactory(product=cup, on_hand=5)
    OrderLineFactory(product=cup, quantity=7)
    advice = SuggestionFactory(subject_key=f"product:{cup.pk}")

    text = page_of(admin_client, cup)

    for words in (
        "¥10.00",
        "margin 40 %",
        "<strong>18</strong>",  # 25 counted, 7 sold since
        "<strong>7</strong>",
        "Sales and expected demand per week",
        "Price history",
        "¥9.00",
        reverse("admin:suggestions_suggestion_change", args=[advice.pk]),
    ):
        assert words in text


def test_only_the_newest_count_of_a_place_counts(admin_client: Client) -> None:
    new = StockCountFactory(on_hand=5)
    StockCountFactory(
        product=new.product,
        location=new.location,
        on_hand=50,
        counted_at=new.counted_at.replace(year=2020),
    )

    assert "<strong>5</strong>" in page_of(admin_client, new.product)


def test_a_product_without_facts_says_what_is_assumed(admin_client: Client) -> None:
    text = page_of(admin_client, ProductFactory(price=None))

    assert "unknown; an assumption is used" in text
    assert "never counted; an assumption is used" in text


def test_a_price_set_by_hand_is_written_to_the_history(admin_client: Client) -> None:
    cup = ProductFactory(sku="T-1", title="Tea cup", price=10)

    admin_client.post(reverse("admin:catalog_product_change", args=[cup.pk]), FORM)

    cup.refresh_from_db()
    change = PriceChange.objects.get()
    assert cup.price == change.price == Decimal(12)
    assert (change.previous, change.source) == (Decimal(10), "staff")
    assert change.actor.username == "admin"


def test_a_new_product_begins_its_history(admin_client: Client) -> None:
    admin_client.post(reverse("admin:catalog_product_add"), FORM)

    assert Product.objects.get().price == Decimal(12)
    assert PriceChange.objects.get().previous is None


def test_other_edits_leave_the_history_alone(admin_client: Client) -> None:
    cup = ProductFactory(sku="T-1", price=12)

    admin_client.post(reverse("admin:catalog_product_change", args=[cup.pk]), FORM)

    cup.refresh_from_db()
    assert cup.title == "Tea cup"
    assert not PriceChange.objects.exists()


def test_a_products_page_takes_few_queries(admin_client: Client) -> None:
    cup = ProductFactory()
    for number in range(25):
        OrderLineFactory(product=cup, quantity=number + 1)
    page_of(admin_client, cup)  # content types and the live lists are remembered
    with CaptureQueriesContext(connection) as queries:
        page_of(admin_client, cup)

    assert len(queries) == 13


def test_a_customer_shows_orders_and_spend(admin_client: Client) -> None:
    anna = CustomerFactory(name="Anna")
    order = OrderFactory(customer=anna, number="O-77")
    OrderLineFactory(order=order, quantity=3, product__title="Green tea")

    text = page_of(admin_client, anna)

    for words in ("¥30", "O-77", "Green tea", "3 × ¥10.00"):
        assert words in text


def test_a_customer_without_orders_has_a_page(admin_client: Client) -> None:
    text = page_of(admin_client, CustomerFactory())

    assert "No orders yet." in text


def test_customers_are_not_deleted(admin_client: Client) -> None:
    anna = CustomerFactory()

    reply = admin_client.post(
        reverse("admin:sales_customer_delete", args=[anna.pk]), {"post": "yes"}
    )

    assert reply.status_code == 403
    assert type(anna).objects.filter(pk=anna.pk).exists()


def test_a_new_key_is_shown_once(admin_client: Client) -> None:
    url = reverse("admin:config_apikey_add")

    reply = admin_client.post(url, {"name": "till", "scopes": ["read", "events"]}, follow=True)

    key = ApiKey.objects.get()
    assert key.scopes == ["read", "events"]
    shown = re.search(r"The key of till is (\S+)", reply.content.decode())
    assert ApiKey.objects.get_from_key(shown[1]) == key
    again = admin_client.get(reverse("admin:config_apikey_changelist")).content.decode()
    assert shown[1] not in again


def test_a_revoked_key_stays_revoked(admin_client: Client) -> None:
    key, _secret = ApiKey.objects.create_key(name="till", revoked=True)

    admin_client.post(reverse("admin:config_apikey_change", args=[key.pk]), {"name": "new"})

    key.refresh_from_db()
    assert (key.name, key.revoked) == ("till", True)


@pytest.mark.parametrize("page", ["add", "changelist"])
@pytest.mark.parametrize(
    "model",
    [
        "auth_user",
        "auth_group",
        "config_apikey",
        "django_celery_beat_periodictask",
        "django_celery_beat_crontabschedule",
        "django_celery_beat_intervalschedule",
        "catalog_product",
        "catalog_assumption",
        "catalog_stockcount",
        "catalog_promotion",
        "catalog_supplieritem",
        "sales_customer",
    ],
)
def test_every_page_opens(admin_client: Client, model: str, page: str) -> None:
    assert admin_client.get(reverse(f"admin:{model}_{page}")).status_code == 200


def test_the_search_finds_in_both_languages(admin_client: Client) -> None:
    ProductFactory(title="Green tea", title_zh="绿茶")
    CustomerFactory(name="Greta")
    OrderFactory(number="GRE-1")

    found = admin_client.get(reverse("admin:search"), {"s": "gre", "extended": "1"})
    chinese = admin_client.get(reverse("admin:search"), {"s": "绿", "extended": "1"})

    for words in ("Green tea", "Greta", "GRE-1"):
        assert words in found.content.decode()
    assert "Green tea" in chinese.content.decode()


def test_the_search_keeps_to_what_one_may_see(client: Client, db: None) -> None:
    cache.clear()
    ProductFactory(title="Green tea")
    CustomerFactory(name="Greta")
    client.force_login(User.objects.create_user("new", is_staff=True))

    text = client.get(reverse("admin:search"), {"s": "gre", "extended": "1"}).content.decode()

    assert "Green tea" not in text
    assert "Greta" not in text


def test_the_language_is_switched_for_good(admin_client: Client) -> None:
    home = reverse("admin:index")
    assert 'lang="en"' in admin_client.get(home).content.decode()

    admin_client.post(reverse("set_language"), {"language": "zh-hans", "next": home})

    assert 'lang="zh-hans"' in admin_client.get(home).content.decode()


def test_an_analyst_looks_everywhere_and_changes_nothing(db: None) -> None:
    analyst = client_of("Analyst")
    cup = ProductFactory(sku="T-1", title="Old", price=10)
    url = reverse("admin:catalog_product_change", args=[cup.pk])

    assert analyst.get(url).status_code == 200
    assert analyst.post(url, FORM).status_code == 403
    assert analyst.get(reverse("admin:auth_user_changelist")).status_code == 403
    assert analyst.get(reverse("admin:config_apikey_changelist")).status_code == 403
    cup.refresh_from_db()
    assert (cup.title, cup.price) == ("Old", Decimal(10))


def test_a_manager_runs_the_shop_but_not_its_staff(db: None) -> None:
    manager = client_of("Manager")

    assert manager.get(reverse("admin:catalog_product_add")).status_code == 200
    assert manager.get(reverse("admin:config_apikey_add")).status_code == 200
    assert manager.get(reverse("admin:auth_user_changelist")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_groups_come_and_go_with_their_migration() -> None:
    """Backward and forward again, as an installation would."""
    call_command("migrate", "config", "0001", verbosity=0)
    assert not Group.objects.filter(name__in=["Manager", "Analyst"]).exists()

    MigrationExecutor(connection).migrate([("config", "0002_roles")])
    manager, analyst = (Group.objects.get(name=name) for name in ("Manager", "Analyst"))
    assert manager.permissions.filter(codename="decide_suggestion").exists()
    assert not analyst.permissions.exclude(codename__startswith="view_").exists()
    assert analyst.permissions.filter(codename="view_suggestion").exists()


def test_pages_show_the_lists_the_storefront_would(admin_client: Client) -> None:
    ProductFactory(title="Newest tea")
    anna = CustomerFactory()

    text = page_of(admin_client, anna)

    assert "For this customer, new to them" in text
    assert text.count("Newest tea") == 1, "nobody buys again what they never bought"


def test_a_date_is_written_alike_in_both_languages(admin_client: Client) -> None:
    joined = datetime(2024, 1, 31, 9, 30, tzinfo=timezone.get_default_timezone())
    page = reverse("admin:sales_customer_change", args=[CustomerFactory(joined_at=joined).pk])

    for language in ("en", "zh-hans"):
        reply = admin_client.get(page, headers={"accept-language": language})
        assert 'value="2024-01-31"' in reply.content.decode(), language
