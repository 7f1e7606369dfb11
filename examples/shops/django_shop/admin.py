"""What the house looks at: purchases with the lives of their orders, and the cases for review."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html_join

from examples.shops.django_shop.models import Case, Purchase
from examples.shops.django_shop.shop import market
from vintage_rules import errors
from vintage_rules.marketplace import House
from vintage_rules.orders import Order

HOUSE = House("admin")


class ReadOnly(admin.ModelAdmin):
    """Only commands of the library change what these show."""

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 - Django's
        """Let all of the house look."""
        return bool(request.user.is_staff)

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's
        """Nothing is added by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 - the same
        """Nothing is changed by hand."""
        return False

    has_delete_permission = has_change_permission


@admin.register(Purchase)
class PurchaseAdmin(ReadOnly):
    """The host's rows, each with its order as the library knows it."""

    list_display = ("order", "buyer", "paid", "state")
    fields = ("order", "buyer", "paid", "state", "life")
    readonly_fields = fields
    search_fields = ("order", "buyer")

    @admin.display(description="state of the order")
    def state(self, purchase: Purchase) -> str:
        """Return the state of the order."""
        try:
            seen = market().orders.view(HOUSE, purchase.order)
        except errors.NotFoundError:
            return "not placed"
        return str(seen.state) if isinstance(seen, Order) else ""

    @admin.display(description="life of the order")
    def life(self, purchase: Purchase) -> str:
        """Return what has happened to the order, and what time alone does next."""
        try:
            timeline = market().buyer_pages.timeline(HOUSE, purchase.order)
        except errors.NotFoundError:
            return "not placed"
        events = (*timeline.happened, *timeline.coming)
        return str(
            format_html_join("", "{} {}<br>", ((f"{e.at:%Y-%m-%d %H:%M}", e.what) for e in events))
        )


@admin.register(Case)
class CaseAdmin(ReadOnly):
    """What no rule settles: the library's list, page by page."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Show the cases that no person has settled, the oldest first."""
        context = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            "title": "Cases for review",
            "page": market().house_desk.cases(HOUSE, after=request.GET.get("after")),
        }
        return TemplateResponse(request, "shop/cases.html", context)
