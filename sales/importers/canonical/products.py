"""Products, with their categories and brands; a product that is there is brought up to date."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from catalog.models import Brand, Category, PriceChange, Product
from sales.importers.layouts import Skip, Tally, Writer
from sales.importers.parsing import LARGEST_COST, Choice, Column, Day, Number, Text
from sales.importers.writing import insert, lookup

STATUS = {
    **dict.fromkeys(("active", "published", "publish", "enabled", "1", "true", "yes"), "active"),
    **dict.fromkeys(("上架", "在售", "启用", "正常"), "active"),
    **dict.fromkeys(("discontinued", "inactive", "archived", "draft", "disabled"), "gone"),
    **dict.fromkeys(("0", "-1", "false", "no", "下架", "停售", "停用", "停产"), "gone"),
}
SEPARATOR = " > "


class ProductWriter(Writer):
    """``sku`` tells the product; empty cells leave what is known."""

    name = "products"
    columns = (
        Column(
            "sku",
            Text(64, is_code=True),
            ("variant sku", "product code", "item code", "stock code", "货号", "商品编码", "编码"),
            is_required=True,
        ),
        Column(
            "title",
            Text(300),
            ("name", "product name", "标题", "商品名称", "名称", "品名"),
            is_required=True,
        ),
        Column("title_zh", Text(300), ("chinese title", "中文标题", "中文名称")),
        Column("description", Text(100_000), ("body html", "short description", "描述", "说明")),
        Column("description_zh", Text(100_000), ("中文描述",)),
        Column("category", Text(500), ("product category", "categories", "type", "分类", "类目")),
        Column("category_zh", Text(500), ("中文分类",)),
        Column("brand", Text(120), ("vendor", "品牌")),
        Column(
            "price",
            Number(2, lowest=0),
            ("variant price", "regular price", "价格", "售价", "单价"),
            is_required=True,
        ),
        Column(
            "cost",
            Number(4, lowest=0, highest=LARGEST_COST),
            ("cost per item", "cost of goods", "成本", "进价"),
        ),
        Column("gtin", Text(14, is_code=True), ("variant barcode", "barcode", "ean", "条码")),
        Column("image_url", Text(500), ("image src", "images", "image link", "图片")),
        Column("status", Choice(STATUS), ("published", "状态")),
        Column("launched", Day(), ("launched on", "launch date", "上市日期", "上架日期")),
    )

    def write(self, rows: pd.DataFrame) -> Tally:
        tally = Tally()
        is_last = ~rows["sku"].duplicated(keep="last")
        tally.skipped[Skip.REPEATED] += int((~is_last).sum())
        frame = _as_stored(rows[is_last])
        known = lookup(Product, "sku", frame["sku"])
        is_new = ~frame["sku"].isin(list(known))
        tally.loaded = _create(frame[is_new])
        changed = self._bring_up_to_date(frame[~is_new], known)
        tally.loaded += changed
        tally.skipped[Skip.ALREADY_THERE] += int((~is_new).sum()) - changed
        return tally

    def _bring_up_to_date(self, frame: pd.DataFrame, known: dict[str, int]) -> int:
        """Set the cells that differ; how many products that touched."""
        if frame.empty:
            return 0
        names = [name for name in frame.columns if name != "sku"]
        products = Product.objects.select_for_update().in_bulk([known[sku] for sku in frame["sku"]])
        moved, changed = [], []
        for row in frame.to_dict("records"):
            product = products[known[row["sku"]]]
            news = {name: row[name] for name in names if _is_news(product, name, row[name])}
            if "price" in news:
                moved.append((product.pk, product.price, news["price"]))
            for name, value in news.items():
                setattr(product, name, value)
            if news:
                changed.append(product)
        Product.objects.bulk_update(changed, names, batch_size=500)
        self._record(moved)
        return len(changed)

    def _record(self, moved: Sequence[tuple[int, Decimal | None, Decimal]]) -> None:
        if not moved:
            return
        products, before, after = zip(*moved, strict=True)
        user = self.origin.actor.user_id if self.origin.actor else None
        insert(
            PriceChange,
            {
                "product_id": products,
                "price": after,
                "previous": before,
                "effective_at": [self.origin.now] * len(moved),
                "source": [self.origin.source] * len(moved),
                "actor_id": [user] * len(moved),
            },
        )


def _is_news(product: Product, name: str, value: Any) -> bool:
    return not (value is None or pd.isna(value)) and getattr(product, name) != value


def _as_stored(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns of the table; missing ones stay away."""
    frame = rows.drop(
        columns=["category", "category_zh", "brand", "status", "launched"], errors="ignore"
    )
    if "category" in rows:
        chinese = rows["category_zh"].fillna("") if "category_zh" in rows else [""] * len(rows)
        ids = ensure_categories(zip(rows["category"].fillna(""), chinese, strict=True))
        frame["category_id"] = rows["category"].map(_clean_path, na_action="ignore").map(ids)
    if "brand" in rows:
        frame["brand_id"] = rows["brand"].map(_ensure_brands(rows["brand"].dropna()))
    if "status" in rows:
        frame["is_active"] = rows["status"].map({"active": True, "gone": False})
    if "launched" in rows:
        frame["launched_on"] = rows["launched"]
    return frame.astype(object)


def _create(frame: pd.DataFrame) -> int:
    if frame.empty:
        return 0
    columns = {str(name): frame[name] for name in frame}
    for name in ("title_zh", "description", "description_zh", "gtin", "image_url"):
        if name in columns:
            columns[name] = frame[name].fillna("")
    if "is_active" in columns:
        columns["is_active"] = frame["is_active"].map(lambda value: value is not False)
    return insert(Product, columns)


def ensure_categories(paths: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Ids by path (``Tea > Green Tea``) of categories that are there or made, parents first.

    Each path comes with its Chinese spelling or nothing; nothing is made for an empty path.
    """
    wanted: dict[str, str] = {}
    for path, chinese in dict.fromkeys(paths):
        if not path:
            continue
        parts, parts_zh = _parts(path), _parts(chinese)
        for depth in range(1, len(parts) + 1):
            fits = len(parts_zh) == len(parts)
            name = SEPARATOR.join(parts_zh[:depth]) if fits else ""
            wanted.setdefault(SEPARATOR.join(parts[:depth]), name)
    known = lookup(Category, "path", wanted)
    for path in sorted(set(wanted) - set(known), key=lambda path: path.count(SEPARATOR)):
        parent, _, name = path.rpartition(SEPARATOR)
        known[path] = Category.objects.create(
            name=name[:120],
            name_zh=wanted[path][:120],
            path=path,
            parent_id=known.get(parent),
        ).pk
    return known


def _parts(path: str) -> list[str]:
    return [part.strip() for part in path.split(">") if part.strip()]


def _clean_path(path: str) -> str:
    return SEPARATOR.join(_parts(path))


def _ensure_brands(names: pd.Series) -> dict[str, int]:
    wanted = list(names.unique())
    insert(Brand, {"name": wanted})
    return lookup(Brand, "name", wanted)
