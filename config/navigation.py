"""What the admin's frame looks like: title, colours, sidebar.

Read by the settings, so nothing here may import a model; callbacks are named by their path.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

# Cinnabar, the red of a shop's seal, on the warm grey of paper.
CINNABAR = {
    "50": "oklch(97.6% .013 50)",
    "100": "oklch(94.6% .033 47)",
    "200": "oklch(89.5% .065 45)",
    "300": "oklch(82% .108 42)",
    "400": "oklch(72.5% .150 38)",
    "500": "oklch(64% .178 34)",
    "600": "oklch(54.5% .172 32)",
    "700": "oklch(47.5% .150 31)",
    "800": "oklch(41% .125 31)",
    "900": "oklch(35.5% .100 32)",
    "950": "oklch(26% .070 32)",
}
PAPER = {
    "50": "oklch(98.6% .004 85)",
    "100": "oklch(96.6% .006 85)",
    "200": "oklch(92% .008 80)",
    "300": "oklch(86.5% .010 75)",
    "400": "oklch(70.5% .013 70)",
    "500": "oklch(54.5% .014 68)",
    "600": "oklch(44% .013 68)",
    "700": "oklch(36.5% .012 65)",
    "800": "oklch(27% .010 60)",
    "900": "oklch(21% .008 58)",
    "950": "oklch(15% .006 55)",
}

Item = dict[str, object]


def _may_view(model: str) -> Callable[[HttpRequest], bool]:
    app, name = model.split("_", 1)
    return lambda request: request.user.has_perm(f"{app}.view_{name}")


def _page(title: object, icon: str, model: str) -> Item:
    """The list of a model, shown to those who may view it."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{model}_changelist"),
        "permission": _may_view(model),
    }


PLACEMENT_PAGES = {f"recommendations_{name}" for name in ("placements", "leaderboard", "preview")}


def _address(request: HttpRequest) -> str:
    """The name of the page's address; "" where there is none."""
    return (request.resolver_match and request.resolver_match.url_name) or ""


def _is_placement(request: HttpRequest) -> bool:
    return _address(request) in PLACEMENT_PAGES


def _is_version(request: HttpRequest) -> bool:
    """The pages of placements lie below those of versions, and are not among them."""
    return _address(request).startswith("recommendations_recommenderversion_")


def _is_board(request: HttpRequest) -> bool:
    """The pages of risks and of evaluation lie below the board, and are not among its own."""
    return _address(request).startswith("inventory_restocksuggestion_")


def _group(title: object, *items: Item) -> dict[str, object]:
    return {"title": title, "separator": True, "collapsible": True, "items": list(items)}


TODAY: dict[str, object] = {
    "title": _("Today"),
    "items": [
        {"title": _("Dashboard"), "icon": "storefront", "link": reverse_lazy("admin:index")},
        _page(_("Review inbox"), "inbox", "suggestions_suggestion")
        | {"badge": "config.dashboard.open_count", "badge_variant": "primary"},
    ],
}
NAVIGATION = [
    TODAY,
    _group(
        _("Catalogue"),
        _page(_("Products"), "sell", "catalog_product"),
        _page(_("Categories"), "account_tree", "catalog_category"),
        _page(_("Brands"), "verified", "catalog_brand"),
    ),
    _group(
        _("Sales"),
        _page(_("Orders"), "receipt_long", "sales_order"),
        _page(_("Storefront events"), "ads_click", "sales_event"),
        _page(_("Reviews"), "reviews", "sales_review"),
        _page(_("Imports"), "upload_file", "sales_importbatch"),
    ),
    _group(
        _("Customers"),
        _page(_("Customers"), "group", "sales_customer"),
        _page(_("Moves between segments"), "groups", "crm_segmentmember"),
    ),
    _group(
        _("Stock"),
        _page(_("Restock board"), "shopping_cart", "inventory_restocksuggestion")
        | {"active": _is_board},
        _page(_("Risks of stock"), "warning", "inventory_restocksuggestion")
        | {"link": reverse_lazy("admin:inventory_risk")},
        _page(_("Evaluation of stock"), "monitoring", "inventory_restocksuggestion")
        | {"link": reverse_lazy("admin:inventory_evaluation")},
        _page(_("Stock replays"), "replay", "inventory_stockreplay"),
        _page(_("Purchase orders"), "local_shipping", "inventory_purchaseorder"),
        _page(_("Stock movements"), "swap_vert", "catalog_stockmovement"),
        _page(_("Stocktakes"), "fact_check", "inventory_stocktake"),
        _page(_("Transfers"), "move_up", "inventory_transfer"),
        _page(_("Reservations"), "bookmark", "catalog_reservation"),
        _page(_("Stock counts"), "inventory_2", "catalog_stockcount"),
        _page(_("Suppliers"), "factory", "catalog_supplier"),
        _page(_("Suppliers' products"), "conveyor_belt", "catalog_supplieritem"),
        _page(_("Deliveries"), "pallet", "catalog_delivery"),
        _page(_("Locations"), "warehouse", "catalog_location"),
        _page(_("Demand forecasts"), "query_stats", "inventory_demandforecast"),
        _page(_("Forecast overrides"), "edit_note", "inventory_forecastoverride"),
    ),
    _group(
        _("Prices"),
        _page(_("Price history"), "history", "catalog_pricechange"),
        _page(_("Promotions"), "percent", "catalog_promotion"),
        _page(_("Competitors' offers"), "storefront", "catalog_competitoroffer"),
        _page(_("Price elasticities"), "show_chart", "pricing_elasticity"),
    ),
    _group(
        _("Recommendations"),
        {
            "title": _("Placements"),
            "icon": "view_carousel",
            "link": reverse_lazy("admin:recommendations_placements"),
            "permission": _may_view("recommendations_recommenderversion"),
            "active": _is_placement,
        },
        {
            **_page(
                _("Trained recommenders"), "auto_awesome", "recommendations_recommenderversion"
            ),
            "active": _is_version,
        },
        _page(_("Placement rules"), "push_pin", "recommendations_placementrule"),
        _page(_("Experiments"), "science", "recommendations_experiment"),
    ),
    _group(
        _("Runs & scores"),
        _page(_("Runs"), "bedtime", "jobs_run"),
        _page(_("Jobs"), "list_alt", "jobs_job"),
        _page(_("Scores"), "leaderboard", "jobs_score"),
    ),
    _group(
        _("Settings"),
        _page(_("Assumptions"), "rule", "catalog_assumption"),
        _page(_("Order budgets"), "savings", "catalog_orderbudget"),
        _page(_("Price policies"), "price_check", "pricing_pricepolicy"),
        _page(_("Restock policies"), "fence", "inventory_restockpolicy"),
        _page(_("Service levels of classes"), "grid_view", "inventory_classservicelevel"),
        _page(_("Learned service levels"), "school", "inventory_learnedlevels"),
        _page(_("Rules of products' stock"), "rule", "inventory_stockrule"),
        _page(_("Schedule"), "schedule", "django_celery_beat_periodictask"),
        _page(_("API keys"), "key", "config_apikey"),
        _page(_("Users"), "person", "auth_user"),
        _page(_("Groups"), "badge", "auth_group"),
        _page(_("Failed logins"), "lock_person", "axes_accessattempt"),
    ),
]

UNFOLD: dict[str, object] = {
    "SITE_TITLE": _("Zhanggui"),
    "SITE_HEADER": _("Zhanggui"),
    "SITE_SUBHEADER": "config.dashboard.shop_name",
    "SITE_URL": None,
    "SITE_ICON": lambda _request: static("zhanggui/seal.svg"),
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda _request: static("zhanggui/seal.svg"),
        }
    ],
    "SHOW_LANGUAGES": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_HISTORY": False,
    "BORDER_RADIUS": "8px",
    "COLORS": {"primary": CINNABAR, "base": PAPER},
    "STYLES": [lambda _request: static("zhanggui/admin.css")],
    "SCRIPTS": [lambda _request: static("zhanggui/charts.js")],
    "DASHBOARD_CALLBACK": "config.dashboard.fill",
    "COMMAND": {"search_callback": "config.search.find", "show_history": True},
    "SIDEBAR": {"show_search": True, "command_search": True, "navigation": NAVIGATION},
}
