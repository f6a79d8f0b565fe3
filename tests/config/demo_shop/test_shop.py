"""The generated shop keeps its promises: same seed same bytes, files that agree, a truth that
can be found again."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from stdnum import ean

from config.demo_shop import DemoShop, generate, write_csv
from config.demo_shop.shop import FILES

TODAY = date(2026, 8, 1)
SMALL = {"today": TODAY, "days": 200, "products": 120, "customers": 800}


@pytest.fixture(scope="module")
def shop() -> DemoShop:
    return generate(today=TODAY)


@pytest.fixture(scope="module")
def small() -> DemoShop:
    return generate(**SMALL)


def sold(shop: DemoShop) -> pd.DataFrame:
    return shop.orders[shop.orders["status"] == "paid"]


def daily_units(shop: DemoShop) -> pd.DataFrame:
    """Units by day (rows) and sku (columns), zeros filled in."""
    rows = sold(shop)
    table = rows.pivot_table(
        index=rows["date"].str[:10], columns="sku", values="quantity", aggfunc="sum"
    )
    days = pd.date_range(end=TODAY, periods=731, inclusive="left").strftime("%Y-%m-%d")
    return table.reindex(index=days, columns=shop.products["sku"]).fillna(0.0)


def paid_prices(shop: DemoShop) -> pd.DataFrame:
    """Price paid by day and sku, rebuilt from the price and promotion files alone."""
    days = pd.date_range(end=TODAY, periods=731, inclusive="left").strftime("%Y-%m-%d")
    steps = shop.prices.pivot_table(index="from", columns="sku", values="price")
    every = steps.index.union(days)
    table = steps.reindex(every).ffill().reindex(index=days, columns=shop.products["sku"]).bfill()
    for row in shop.promotions.itertuples(index=False):
        window = (table.index >= row.starts) & (table.index <= row.ends)
        table.loc[window, row.sku] = np.minimum(table.loc[window, row.sku], row.price)
    return table


def test_same_arguments_write_the_same_bytes(tmp_path, small):
    write_csv(small, tmp_path / "one")
    write_csv(generate(**SMALL), tmp_path / "two")
    names = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert {f"{name}.csv" for name in FILES} < {str(name) for name in names}
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_another_seed_makes_another_shop(small):
    other = generate(seed=8, **SMALL)
    assert not other.orders.equals(small.orders)
    assert list(other.orders.columns) == list(small.orders.columns)


def test_shop_too_small_or_without_names_is_refused():
    with pytest.raises(ValueError, match="at least"):
        generate(today=TODAY, days=10)
    with pytest.raises(ValueError, match="names"):
        generate(today=TODAY, products=10_000)


def test_size_is_that_of_a_real_shop(shop):
    assert len(shop.products) == 400
    assert len(shop.customers) == 5000
    assert 120_000 <= len(shop.orders) <= 200_000
    assert 80_000 <= len(shop.events) <= 140_000
    assert 2_500 <= len(shop.reviews) <= 3_500
    assert shop.suppliers["supplier"].nunique() >= 10
    assert shop.products["category"].str.split(" > ").str[0].nunique() in range(8, 13)


@pytest.mark.parametrize("name", sorted(set(FILES) - {"products", "customers"}))
def test_every_sku_is_a_product(shop, name):
    column = "item" if name == "events" else "sku"
    assert set(getattr(shop, name)[column]) <= set(shop.products["sku"])


def test_every_customer_is_known(shop):
    known = set(shop.customers["customer_id"])
    assert set(shop.orders["customer_id"]) - known == {""}
    assert set(shop.reviews["customer"]) <= known
    users = shop.events["user"]
    assert set(users[~users.str.startswith("v-")]) <= known
    mails = shop.orders.merge(shop.customers, on="customer_id")
    assert (mails["email_x"] == mails["email_y"]).all()


def test_nobody_orders_before_signing_up(shop):
    rows = sold(shop).merge(shop.customers[["customer_id", "created"]], on="customer_id")
    assert (rows["date"].str[:10] >= rows["created"]).all()


def test_nothing_happens_from_today_on(shop):
    moments = {
        "orders": "date",
        "stock": "counted_at",
        "prices": "from",
        "promotions": "starts",
        "events": "time",
        "reviews": "date",
        "competitors": "seen_at",
        "customers": "created",
        "products": "launched",
    }
    for name, column in moments.items():
        assert getattr(shop, name)[column].max() < TODAY.isoformat(), name
    assert shop.orders["date"].str.endswith("+08:00").all()


def test_both_languages_are_filled(shop):
    for column in ("title", "title_zh", "description", "description_zh", "category_zh"):
        assert (shop.products[column].str.len() > 1).all()
    assert shop.products["title_zh"].str.contains("[一-鿿]").all()
    assert not shop.products["title"].str.contains("[一-鿿]").any()
    chinese = shop.reviews["language"] == "zh"
    assert (shop.reviews["text"].str.contains("[一-鿿]") == chinese).all()


def test_gtins_are_valid_and_internal(shop):
    gtin = shop.products["gtin"]
    assert gtin.is_unique
    assert all(map(ean.is_valid, gtin))
    assert gtin.str[0].eq("2").all()


def test_prices_are_above_cost(shop):
    ratio = shop.products["cost"] / shop.products["price"]
    assert (ratio < 1).mean() > 0.97
    first = shop.prices.drop_duplicates("sku").set_index("sku")["price"]
    share = shop.products.set_index("sku")["cost"] / first
    assert share.between(0.34, 0.71).all()


def test_lines_are_paid_at_the_price_of_the_day(shop):
    rows = sold(shop)
    each = (rows["unit_price"] - rows["discount"] / rows["quantity"]).to_numpy()
    table = paid_prices(shop)
    day = table.index.get_indexer(rows["date"].str[:10])
    sku = table.columns.get_indexer(rows["sku"])
    assert np.allclose(each, table.to_numpy()[day, sku], atol=0.006)


def test_nothing_is_sold_on_a_stockout_day(shop):
    units = daily_units(shop)
    truth = shop.truth["stockouts"]
    at = (units.index.get_indexer(truth["date"]), units.columns.get_indexer(truth["sku"]))
    assert len(truth) > 1000
    assert units.to_numpy()[at].sum() == 0


def test_stock_counts_show_every_stockout_day(shop):
    counts = shop.stock[shop.stock["counted_at"].str[11:16] == "00:05"]
    total = counts.groupby(["sku", counts["counted_at"].str[:10]])["on_hand"].sum()
    empty = set(total[total == 0].index)
    assert empty == set(shop.truth["stockouts"].itertuples(index=False, name=None))


def test_nothing_is_sold_before_its_launch(shop):
    rows = sold(shop).merge(shop.products[["sku", "launched"]], on="sku")
    assert (rows["date"].str[:10] >= rows["launched"]).all()


def test_returns_never_exceed_the_sale(shop):
    back = shop.orders[shop.orders["status"] == "returned"]
    sale = sold(shop).set_index(["order_id", "sku"])
    assert len(back) > 1000
    assert (back["quantity"] < 0).all()
    returned = back.groupby(["returns_order", "sku"])[["quantity", "discount"]].sum()
    bought = sale.loc[returned.index]
    assert (bought["quantity"] + returned["quantity"] >= 0).all()
    assert (bought["discount"] + returned["discount"] >= -0.005).all()
    earlier = sale.loc[pd.MultiIndex.from_frame(back[["returns_order", "sku"]]), "date"]
    assert (back["date"].to_numpy() > earlier.to_numpy()).all()


def test_online_lines_of_the_last_ninety_days_are_events(shop):
    since = (pd.Timestamp(TODAY) - pd.Timedelta(days=90)).strftime("%Y-%m-%d")
    rows = sold(shop)
    rows = rows[(rows["date"] >= since) & (rows["channel"] != "store")]
    events = shop.events[shop.events["type"] == "purchase"]
    paid = rows["quantity"] * rows["unit_price"] - rows["discount"]
    assert len(events) == len(rows)
    assert events["value"].sum() == pytest.approx(paid.sum(), abs=1)


def test_what_is_bought_was_viewed_and_put_in_the_cart_before(shop):
    first = shop.events.pivot_table(
        index=["session", "item"], columns="type", values="time", aggfunc="min"
    )
    bought = first[first["purchase"].notna()]
    assert (bought["view"] < bought["cart"]).all()
    assert (bought["cart"] < bought["purchase"]).all()


def test_rating_agrees_with_the_words(shop):
    mood = shop.truth["review_aspects"].groupby("review_id")["polarity"].mean()
    rating = shop.reviews.set_index("review_id")["rating"].loc[mood.index]
    assert mood[rating <= 2].mean() < -0.5
    assert mood[rating == 5].mean() > 0.9


def poisson_slope(units: np.ndarray, log_price: np.ndarray, offset: np.ndarray) -> float:
    """Newton's method for units ~ Poisson(exp(a + b log_price + offset)); returns b."""
    design = np.column_stack([np.ones_like(log_price), log_price])
    beta = np.array([np.log(units.sum() / np.exp(offset).sum()), 0.0])
    for _ in range(12):
        mean = np.exp(design @ beta + offset)
        step = np.linalg.solve(design.T @ (design * mean[:, None]), design.T @ (units - mean))
        beta += np.clip(step, -1, 1)
    return float(beta[1])


def elasticity_errors(shop: DemoShop, units: pd.DataFrame) -> np.ndarray:
    """Estimate minus truth for the best sellers, all that moves demand but the price known."""
    price, truth = paid_prices(shop), shop.truth["products"].set_index("sku")
    demand = shop.truth["demand"].pivot_table(index="date", columns="sku", values="expected_units")
    out = set(shop.truth["stockouts"].itertuples(index=False, name=None))
    errors = []
    for sku in units.sum().nlargest(150).index:
        open_days = demand[sku] > 0
        open_days &= np.array([(sku, day) not in out for day in units.index])
        log_price = np.log(price[sku] / truth.loc[sku, "base_price"])
        offset = np.log(demand[sku].where(open_days)) - truth.loc[sku, "elasticity"] * log_price
        if log_price[open_days].std() < 0.05:
            continue  # too new to have had another price
        rows = (units[sku][open_days], log_price[open_days], offset[open_days])
        found = poisson_slope(*(row.to_numpy() for row in rows))
        errors.append(found - truth.loc[sku, "elasticity"])
    assert len(errors) > 120
    return np.array(errors)


def test_true_elasticities_can_be_found_again_in_sales(shop):
    errors = elasticity_errors(shop, daily_units(shop))
    assert abs(errors.mean()) < 0.15  # days sold out by noon hide some demand
    assert np.median(np.abs(errors)) < 0.35


def test_true_elasticities_rule_what_was_wanted(shop):
    wanted = shop.truth["demand"].pivot_table(index="date", columns="sku", values="wanted_units")
    errors = elasticity_errors(shop, wanted.fillna(0.0))
    assert abs(errors.mean()) < 3 * errors.std() / np.sqrt(len(errors)) + 0.03


def test_wanted_units_follow_the_expected_ones(shop):
    demand = shop.truth["demand"]
    total = demand[["expected_units", "wanted_units"]].sum()
    assert total["wanted_units"] == pytest.approx(total["expected_units"], rel=0.02)
    sales = daily_units(shop).sum().sum()
    assert 0.90 * total["wanted_units"] < sales < total["wanted_units"]


def test_taste_beats_popularity(shop):
    """Item-based cosine finds next month's new purchases better than the best sellers do."""
    rows = sold(shop)
    rows = rows[rows["customer_id"] != ""]
    cut = (pd.Timestamp(TODAY) - pd.Timedelta(days=30)).strftime("%Y-%m-%d")
    people = pd.Categorical(rows["customer_id"])
    skus = pd.Categorical(rows["sku"], categories=shop.products["sku"])
    before = (rows["date"] < cut).to_numpy()
    past = np.zeros((len(people.categories), len(skus.categories)))
    past[people.codes[before], skus.codes[before]] = 1
    later = np.zeros_like(past)
    later[people.codes[~before], skus.codes[~before]] = 1
    fresh = later * (1 - past)
    norm = np.sqrt(past.sum(axis=0)) + 1e-9
    cosine = past.T @ past / np.outer(norm, norm)
    np.fill_diagonal(cosine, 0)
    recent = rows["date"] >= (pd.Timestamp(cut) - pd.Timedelta(days=30)).strftime("%Y-%m-%d")
    popular = np.bincount(skus.codes[before & recent], minlength=past.shape[1])

    def hit_rate(scores: np.ndarray) -> float:
        top = np.argsort(-np.where(past > 0, -np.inf, scores), axis=1)[:, :10]
        asked = (fresh.sum(axis=1) > 0) & (past.sum(axis=1) > 2)
        return float((np.take_along_axis(fresh, top, axis=1).sum(axis=1) > 0)[asked].mean())

    assert hit_rate(past @ cosine) > 1.3 * hit_rate(np.broadcast_to(popular, past.shape))


def test_pairs_are_bought_together(shop):
    rows = sold(shop)[["order_id", "sku"]]
    orders = rows["order_id"].nunique()
    holders = rows.groupby("sku")["order_id"].agg(set)
    lifts = [
        len(holders[a] & holders[b]) * orders / (len(holders[a]) * len(holders[b]))
        for a, b in shop.truth["affinity"].itertuples(index=False)
    ]
    assert len(lifts) >= 20
    assert np.median(lifts) > 3


def test_lapsed_customers_stay_away(shop):
    truth = shop.truth["customers"]
    gone = truth[truth["segment"] == "lapsed"]
    rows = sold(shop).merge(gone, on="customer_id")
    assert len(rows) > 1000
    assert (rows["date"].str[:10] < rows["lapsed_on"]).all()


def test_segments_buy_as_their_names_say(shop):
    orders = sold(shop).groupby("customer_id")["order_id"].nunique()
    mean = orders.groupby(shop.truth["customers"].set_index("customer_id")["segment"]).mean()
    assert mean["champions"] > 1.5 * mean["loyal"] > 1.5 * mean["occasional"]
    assert mean["one_time"] == 1


def test_cancelled_orders_were_placed_again(shop):
    cancelled = shop.orders[shop.orders["status"] == "cancelled"]
    again = cancelled["order_id"].str.removesuffix("X")
    assert len(cancelled) > 500
    assert set(again) <= set(sold(shop)["order_id"])


def test_some_products_run_low_at_the_end(shop):
    last = shop.stock[shop.stock["counted_at"].str[11:16] == "23:55"]
    on_hand = last.groupby("sku")["on_hand"].sum()
    pace = daily_units(shop).tail(28).mean()
    lead = shop.suppliers.set_index("sku")["lead_time_days"]
    short = on_hand < (pace * lead).loc[on_hand.index]
    assert 20 <= short.sum() <= 200


def test_festival_goods_sell_before_their_festival(shop):
    units = daily_units(shop)
    by_shelf = units.T.groupby(shop.products.set_index("sku")["category"]).sum().T
    christmas = by_shelf["Gifts & Festivals > Christmas"]
    assert (
        christmas["2025-12-01":"2025-12-20"].mean()
        > 4 * christmas["2026-05-01":"2026-05-31"].mean()
    )
    festival = by_shelf["Gifts & Festivals > Spring Festival"]
    assert (
        festival["2026-01-25":"2026-02-12"].mean() > 4 * festival["2026-05-01":"2026-05-31"].mean()
    )
    total = by_shelf.sum(axis=1)
    assert total["2025-11-11"] == total["2025-10-01":"2025-11-30"].max()
    assert total["2025-11-11"] > 2 * total["2025-10-14":"2025-10-31"].mean()
    assert total["2026-02-15":"2026-02-20"].mean() < 0.7 * total["2026-01-15":"2026-01-31"].mean()


def test_rivals_keep_their_habits(shop):
    offers = shop.competitors
    assert offers["competitor"].nunique() == 3
    assert offers["sku"].nunique() in range(200, 280)
    ours = paid_prices(shop)
    day = pd.to_datetime(offers["seen_at"].str[:10])
    for name, rival in shop.truth["competitors"].items():
        if rival["habit"] == "promo":
            continue
        rows = offers["competitor"] == name
        seen = day[rows] - pd.Timedelta(weeks=rival["lag_weeks"])
        at = ours.index.get_indexer(seen.dt.strftime("%Y-%m-%d"))
        then = ours.to_numpy()[at, ours.columns.get_indexer(offers.loc[rows, "sku"])]
        ratio = offers.loc[rows, "price"] / then
        assert np.median(ratio) == pytest.approx(rival["level"], abs=0.02)


def test_the_shop_is_frozen(small):
    with pytest.raises(AttributeError):
        small.orders = small.events
    assert replace(small).orders is small.orders
