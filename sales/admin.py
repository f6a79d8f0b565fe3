"""Facts as they came in: orders, events, reviews, and the files they came from.

The page of a customer draws on every room of the house; it stands in ``config.admin``.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from catalog.admin import price_cell
from catalog.day_range import DayRangeFilter
from jobs.badges import Tone, badge
from jobs.faces import LedgerAdmin, LedgerInline
from sales.importers.layouts import Skip
from sales.models import Event, ImportBatch, Order, OrderLine, RefusedRow, Review
from sales.services import KINDS, refused_csv, template_csv
from sales.uploads import UploadForm
from suggestions.actors import Actor
from suggestions.money import number

STATUS_TONES: dict[str, Tone] = {"paid": "good", "cancelled": "bad", "return": "warn"}
LINE_COLUMNS = ("position", "product", "quantity", "price_column", "total_column")
REFUSAL_COLUMNS = ("line", "column", "reason_column", "values_column")
UPLOAD = "sales.add_importbatch"
BATCH_TONES: dict[str, Tone] = {"running": "busy", "done": "good", "failed": "bad"}


class OrderLineInline(LedgerInline[OrderLine, Order]):
    model = OrderLine
    fields = LINE_COLUMNS
    readonly_fields = LINE_COLUMNS
    per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).select_related("product")

    @admin.display(description=_("unit price"))
    def price_column(self, line: OrderLine) -> SafeString:
        return price_cell(line.unit_price)

    @admin.display(description=_("total"))
    def total_column(self, line: OrderLine) -> SafeString:
        return price_cell(line.unit_price * line.quantity)


@admin.register(Order)
class OrderAdmin(LedgerAdmin[Order]):
    list_display = [
        "number",
        "placed_at",
        "customer",
        "total_column",
        "status_column",
        "channel",
        "country",
    ]
    list_select_related = ["customer"]
    list_filter = [("status", ChoicesDropdownFilter), ("placed_at", DayRangeFilter)]
    search_fields = ["number", "customer__number", "customer__name"]
    inlines = [OrderLineInline]
    fields = ["number", "placed_at", "customer", "status", "channel", "country"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
        total = lines.annotate(total=Sum(F("quantity") * F("unit_price"))).values("total")
        return super().get_queryset(request).annotate(total=Subquery(total))

    @admin.display(description=_("total"))
    def total_column(self, order: Order) -> SafeString:
        return price_cell(getattr(order, "total", None))

    @admin.display(description=_("status"), ordering="status")
    def status_column(self, order: Order) -> SafeString:
        return badge(order.get_status_display(), STATUS_TONES[order.status])


@admin.register(Event)
class EventAdmin(LedgerAdmin[Event]):
    list_display = ["at", "kind", "product", "customer", "session", "value_column"]
    list_select_related = ["product", "customer"]
    list_filter = [("kind", ChoicesDropdownFilter), ("at", DayRangeFilter)]
    search_fields = ["event_id", "session", "customer__number", "product__sku"]

    @admin.display(description=_("value"), ordering="value")
    def value_column(self, event: Event) -> str:
        return "–" if event.value is None else number(event.value, decimals=2)


@admin.register(Review)
class ReviewAdmin(LedgerAdmin[Review]):
    list_display = ["product", "stars_column", "text_column", "customer", "written_at"]
    list_select_related = ["product", "customer"]
    list_filter = [("written_at", DayRangeFilter)]
    search_fields = ["text", "product__sku", "product__title", "product__title_zh"]

    @admin.display(description=_("rating"), ordering="rating")
    def stars_column(self, review: Review) -> str:
        return "–" if review.rating is None else "★" * review.rating

    @admin.display(description=_("text"))
    def text_column(self, review: Review) -> SafeString:
        return format_html(
            '<span class="zg-clip" lang="{}">{}</span>', review.language, review.text
        )


class RefusedRowInline(LedgerInline[RefusedRow, ImportBatch]):
    model = RefusedRow
    fields = REFUSAL_COLUMNS
    readonly_fields = REFUSAL_COLUMNS
    per_page = 25

    @admin.display(description=_("reason"))
    def reason_column(self, row: RefusedRow) -> str:
        return row.reason_in_words

    @admin.display(description=_("row"))
    def values_column(self, row: RefusedRow) -> str:
        """The cells that hold something; the download has them all."""
        return " · ".join(f"{name}: {value}" for name, value in row.cells.items() if value)


@admin.register(ImportBatch)
class ImportBatchAdmin(LedgerAdmin[ImportBatch]):
    list_display = [
        "file_name",
        "layout",
        "state_column",
        "loaded",
        "skipped_column",
        "refused",
        "started_at",
        "actor",
    ]
    list_select_related = ["actor"]
    list_filter = [("state", ChoicesDropdownFilter)]
    search_fields = ["file_name", "sha256"]
    fields = [
        *("file_name", "layout", "state", "started_at", "finished_at", "actor"),
        *("loaded", "skipped_reasons", "refused", "error", "sha256"),
    ]
    readonly_fields = ["skipped_reasons"]
    inlines = [RefusedRowInline]
    change_form_outer_before_template = "sales/refused_rows.html"
    list_before_template = "sales/upload.html"
    empty_hint = _(
        "Files are loaded on this page, whole folders on the server: manage.py load_data."
    )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        form = UploadForm() if request.user.has_perm(UPLOAD) else None
        context = {"upload_form": form, "upload_kinds": KINDS} | (extra_context or {})
        return super().changelist_view(request, context)

    @admin.display(description=_("state"), ordering="state")
    def state_column(self, batch: ImportBatch) -> SafeString:
        return badge(batch.get_state_display(), BATCH_TONES[batch.state])

    @admin.display(description=_("rows skipped"))
    def skipped_column(self, batch: ImportBatch) -> int:
        return sum(batch.skipped.values())

    @admin.display(description=_("rows skipped, by reason"))
    def skipped_reasons(self, batch: ImportBatch) -> str:
        reasons = dict(Skip.choices)
        counts = ((reasons.get(code, code), count) for code, count in batch.skipped.items())
        return "; ".join(f"{reason}: {number(count)}" for reason, count in counts) or "–"

    def get_urls(self) -> list[URLPattern]:
        download = self.admin_site.admin_view(self.refused_view)
        own = path("<int:pk>/refused.csv", download, name="sales_refused_rows")
        upload = path("upload/", self.admin_site.admin_view(self.upload_view), name="sales_upload")
        template = self.admin_site.admin_view(self.template_view)
        sample = path("template/<str:kind>.csv", template, name="sales_template")
        return [own, upload, sample, *super().get_urls()]

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Load a file at once; its page says what landed and what did not."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(UPLOAD):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            for problems in form.errors.values():
                messages.error(request, str(problems[0]))
            return HttpResponseRedirect(reverse("admin:sales_importbatch_changelist"))
        batch = form.load(Actor.of_user(request.user)).batch
        _tell(request, batch)
        return HttpResponseRedirect(reverse("admin:sales_importbatch_change", args=[batch.pk]))

    def template_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """A table of one kind to fill in."""
        if not request.user.has_perm(UPLOAD):
            raise PermissionDenied
        if kind not in KINDS:
            raise Http404
        name = f'attachment; filename="{kind}.csv"'
        headers = {"Content-Disposition": name}
        return HttpResponse(template_csv(kind), "text/csv; charset=utf-8", headers=headers)

    def refused_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """The refused rows as a file a spreadsheet can open, to be mended and loaded again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        batch = self.get_object(request, str(pk))
        if batch is None:
            raise Http404
        response = StreamingHttpResponse(refused_csv(batch), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="refused-{batch.pk}.csv"'
        return response


def _tell(request: HttpRequest, batch: ImportBatch) -> None:
    """Say what became of an uploaded file."""
    if batch.error:
        messages.error(request, batch.error)
        return
    text = gettext("%(file)s: %(loaded)s rows loaded, %(skipped)s skipped, %(refused)s refused.")
    counts = {
        "file": batch.file_name,
        "loaded": number(batch.loaded),
        "skipped": number(sum(batch.skipped.values())),
        "refused": number(batch.refused),
    }
    level = messages.WARNING if batch.refused else messages.SUCCESS
    messages.add_message(request, level, text % counts)
