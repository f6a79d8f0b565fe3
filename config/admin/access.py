"""Who may come in: staff, groups, API keys, and logins that failed."""

from datetime import datetime

from axes.admin import AccessAttemptAdmin, AccessFailureLogAdmin, AccessLogAdmin
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key import admin as _registers_the_key  # noqa: F401
from rest_framework_api_key.models import APIKey
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from config.admin.forms import ApiKeyForm
from config.models import ApiKey, Scope
from jobs.badges import badge
from jobs.faces import LedgerAdmin, ModelAdmin

for foreign in (User, Group, AccessAttempt, AccessFailureLog, AccessLog, APIKey):
    admin.site.unregister(foreign)


@admin.register(User)
class HouseUserAdmin(UserAdmin, ModelAdmin[User]):  # type: ignore[type-arg]
    """Rights come by group; there is no list of hundreds of single permissions to tick."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "get_full_name", "group_column", "is_active", "last_login"]
    list_filter = ()
    filter_horizontal = ["groups"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("groups"))
    def group_column(self, user: User) -> str:
        names = [group.name for group in user.groups.all()]
        return ", ".join([*([str(_("everything"))] if user.is_superuser else []), *names]) or "–"


@admin.register(Group)
class HouseGroupAdmin(GroupAdmin, ModelAdmin[Group]):
    list_display = ["name", "people_column"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(people=Count("user"))

    @admin.display(description=_("people"))
    def people_column(self, group: Group) -> int:
        return int(getattr(group, "people", 0))


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin[ApiKey]):
    """A key is shown once, when it is made; afterwards only its beginning is known."""

    form = ApiKeyForm
    list_display = [
        "name_column",
        "prefix_column",
        "scope_column",
        "created_column",
        "expiry_column",
        "state_column",
    ]
    search_fields = ["name", "prefix"]
    fields = ["name", "scopes", "expiry_date", "revoked"]

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        """Revoked for good: a key that has been revoked stays so."""
        return ["name", "scopes", "expiry_date", "revoked"] if obj and obj.revoked else []

    @admin.display(description=_("name"), ordering="name")
    def name_column(self, key: ApiKey) -> str:
        return key.name

    @admin.display(description=_("begins with"))
    def prefix_column(self, key: ApiKey) -> str:
        return key.prefix

    @admin.display(description=_("may"))
    def scope_column(self, key: ApiKey) -> str:
        labels = dict(Scope.choices)
        return ", ".join(str(labels.get(scope, scope)) for scope in key.scopes)

    @admin.display(description=_("created"), ordering="created")
    def created_column(self, key: ApiKey) -> datetime:
        return key.created

    @admin.display(description=_("expires"), ordering="expiry_date")
    def expiry_column(self, key: ApiKey) -> datetime | str:
        return key.expiry_date or gettext("never")

    @admin.display(description=_("state"))
    def state_column(self, key: ApiKey) -> SafeString:
        if key.revoked:
            return badge(_("revoked"), "bad")
        return badge(_("expired"), "warn") if key.has_expired else badge(_("valid"), "good")

    def save_model(self, request: HttpRequest, obj: ApiKey, form: object, change: object) -> None:
        if obj.pk:
            obj.save()
            return
        key = ApiKey.objects.assign_key(obj)
        obj.save()
        text = gettext("The key of %(name)s is %(key)s – copy it now, it is not shown again.")
        messages.warning(request, text % {"name": obj.name, "key": key})


@admin.register(AccessAttempt)
class FailedLoginAdmin(AccessAttemptAdmin, LedgerAdmin[AccessAttempt]):  # type: ignore[misc]
    """Deleting a row lets its user try again before the pause is over."""

    list_filter = ()
    date_hierarchy = None

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("axes.delete_accessattempt")


@admin.register(AccessLog)
class LoginAdmin(AccessLogAdmin, LedgerAdmin[AccessLog]):  # type: ignore[misc]
    list_filter = ()
    date_hierarchy = None


@admin.register(AccessFailureLog)
class FailureAdmin(AccessFailureLogAdmin, LedgerAdmin[AccessFailureLog]):  # type: ignore[misc]
    list_filter = ()
    date_hierarchy = None
