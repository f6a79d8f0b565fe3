"""Customers; one that is there is brought up to date."""

import pandas as pd

from sales.importers.layouts import Skip, Tally, Writer
from sales.importers.parsing import Choice, Column, Flag, Moment, Text, Whole
from sales.importers.writing import insert, lookup
from sales.models import Customer

GENDER = {
    **dict.fromkeys(("female", "f", "woman", "女", "女性"), Customer.Gender.FEMALE),
    **dict.fromkeys(("male", "m", "man", "男", "男性"), Customer.Gender.MALE),
    **dict.fromkeys(("other", "x", "diverse", "其他"), Customer.Gender.OTHER),
}
FIELDS = {
    "created": "joined_at",
    "consent_email": "accepts_email",
    "personalised": "is_personalised",
    "customer_id": "number",
}
TEXTS = ("name", "email", "gender", "country", "region", "city")


class CustomerWriter(Writer):
    """``customer_id`` tells the customer; empty cells leave what is known."""

    name = "customers"
    columns = (
        Column(
            "customer_id",
            Text(64, is_code=True),
            ("customer number", "customer", "user id", "客户编号", "会员号", "客户ID"),
            is_required=True,
        ),
        Column("email", Text(254), ("e-mail", "email address", "邮箱", "电子邮件")),
        Column("name", Text(200), ("full name", "姓名", "客户名称")),
        Column("birth_year", Whole(lowest=1900, highest=2100), ("year of birth", "出生年份")),
        Column("gender", Choice(GENDER), ("sex", "性别")),
        Column("country", Text(80), ("country code", "default address country code", "国家")),
        Column("region", Text(80), ("state", "province", "省", "省份")),
        Column("city", Text(80), ("default address city", "城市")),
        Column("created", Moment(), ("joined", "registered", "created at", "注册时间")),
        Column(
            "consent_email", Flag(), ("accepts email marketing", "accepts marketing", "邮件订阅")
        ),
        Column("personalised", Flag(), ("personalized", "is personalised", "个性化推荐")),
    )

    def write(self, rows: pd.DataFrame) -> Tally:
        tally = Tally()
        frame = rows.rename(columns=FIELDS)
        is_last = ~frame["number"].duplicated(keep="last")
        tally.skipped[Skip.REPEATED] += int((~is_last).sum())
        frame = frame[is_last]
        known = lookup(Customer, "number", frame["number"])
        is_new = ~frame["number"].isin(list(known))
        tally.loaded = _create(frame[is_new])
        changed = _bring_up_to_date(frame[~is_new], known)
        tally.loaded += changed
        tally.skipped[Skip.ALREADY_THERE] += int((~is_new).sum()) - changed
        return tally


def _create(frame: pd.DataFrame) -> int:
    if frame.empty:
        return 0
    columns = {str(name): frame[name] for name in frame}
    for name in TEXTS:
        if name in columns:
            columns[name] = frame[name].fillna("")
    if "accepts_email" in columns:
        columns["accepts_email"] = frame["accepts_email"].map(lambda value: value is True)
    if "is_personalised" in columns:
        columns["is_personalised"] = frame["is_personalised"].map(lambda value: value is not False)
    return insert(Customer, columns)


def _bring_up_to_date(frame: pd.DataFrame, known: dict[str, int]) -> int:
    """Set the cells that differ; how many customers that touched."""
    names = [name for name in frame.columns if name != "number"]
    if frame.empty or not names:
        return 0
    people = Customer.objects.select_for_update().in_bulk(
        [known[number] for number in frame["number"]]
    )
    changed = []
    for row in frame.to_dict("records"):
        person = people[known[row["number"]]]
        news = {
            name: row[name]
            for name in names
            if not pd.isna(row[name]) and getattr(person, name) != row[name]
        }
        for name, value in news.items():
            setattr(person, name, value)
        if news:
            changed.append(person)
    Customer.objects.bulk_update(changed, names, batch_size=500)
    return len(changed)
