"""A merchant's morning in a real browser."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from suggestions.models import Suggestion
from tests.browser.conftest import Shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "/",
    "/suggestions/suggestion/",
    "/catalog/product/",
    "/sales/order/",
    "/sales/customer/",
    "/jobs/run/",
    "/catalog/assumption/",
]


def test_a_price_is_read_edited_approved_and_written_to_history(
    shop: Shop, advice: Suggestion
) -> None:
    shop.log_in()
    page = shop.page
    page.get_by_role("link", name="Review inbox").click()
    page.get_by_role("link", name="Celadon tea cup").click()

    expect(page.locator(".zg-reason")).to_contain_text("Demand falls 2%")
    expect(page.locator(".zg-values")).to_contain_text("¥10.60")
    expect(page.get_by_text("model wins")).to_be_visible()
    charts = page.locator("canvas[data-drawn]")
    expect(charts.first).to_be_visible()
    inked = """canvas => canvas.getContext("2d")
        .getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0)"""
    assert all(charts.nth(n).evaluate(inked) for n in range(charts.count()))

    page.fill("#id_value", "19")
    expect(page.locator("#value-check .zg-problem")).to_be_visible()
    page.fill("#id_value", "10.40")
    expect(page.locator("#value-check .zg-fine")).to_be_visible()
    page.get_by_role("button", name="Approve this value").click()

    expect(page.get_by_text("Approved and applied: ¥10.40")).to_be_visible()
    expect(page.locator(".zg-values")).to_contain_text("Chosen")
    page.locator(".zg-headline h2 a").click()
    page.locator("#content").get_by_text("Price history").first.click()
    newest = page.locator(
        "#price_changes-group tbody tr.form-row, #price_changes-group .has_original"
    )
    expect(newest.first).to_contain_text("¥10.40")
    expect(newest.first).to_contain_text("¥10.00")
    shop.product.refresh_from_db()
    assert shop.product.price == Decimal("10.40")


def test_a_chinese_reader_rejects_with_a_reason(shop: Shop, advice: Suggestion) -> None:
    shop.log_in()
    page = shop.page
    page.locator('header button[lang="zh-hans"], .zg-languages button[lang="zh-hans"]').click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")

    page.goto(f"{shop.url}/suggestions/suggestion/")
    page.get_by_role("link", name="青瓷茶杯").click()
    expect(page.locator(".zg-headline h2")).to_have_text("青瓷茶杯")
    page.locator(".zg-reject summary").click()
    page.fill("#reject_note", "答应过老顾客不涨价")
    page.locator('.zg-reject button[value="reject"]').click()

    expect(page.locator(".zg-history")).to_contain_text("答应过老顾客不涨价")
    advice.refresh_from_db()
    assert advice.state == "rejected"


def test_many_are_approved_at_once_after_a_look(shop: Shop, advice: Suggestion) -> None:
    shop.log_in()
    page = shop.page
    page.goto(f"{shop.url}/suggestions/suggestion/")
    page.locator("#result_list tbody input.action-select").check()
    page.locator("select[name=action]").select_option("approve_selected")
    page.locator("#changelist-form button[type=submit]:visible").first.click()
    expect(page.get_by_text("Approve 1 suggestion?")).to_be_visible()
    page.get_by_role("button", name="Approve all of these").click()

    expect(page.get_by_text("1 suggestion approved.")).to_be_visible()
    shop.product.refresh_from_db()
    assert shop.product.price == Decimal("10.60")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_nothing_is_wider_than_a_phone(shop: Shop, advice: Suggestion, language: str) -> None:
    shop.page.set_viewport_size({"width": 390, "height": 844})
    shop.page.set_extra_http_headers({"Accept-Language": language})
    shop.log_in()
    own = [
        f"/suggestions/suggestion/{advice.pk}/change/",
        f"/catalog/product/{shop.product.pk}/change/",
        f"/jobs/run/{advice.job.run_id}/change/",
    ]
    wide = []
    for path in [*PAGES, *own]:
        shop.page.goto(shop.url + path)
        if shop.is_wider_than_the_screen():
            wide.append(path)

    assert wide == []
