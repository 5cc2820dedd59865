"""People as most would write them: an admin changelist, a REST list, a search with icontains. No scope, no masks."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from rest_framework import routers, serializers, viewsets

from yinling.registry.models import Person, PersonCategory, PersonIdentifier

ROWS = 50  # as many as our list shows; the admin keeps its own 100


class _Open(admin.AdminSite):
    def has_permission(self, request: Any) -> bool:
        return bool(request.user.is_authenticated)


class PersonAdmin(admin.ModelAdmin):
    list_display = ("file_number", "name", "sex", "born_on", "division", "living", "state")
    list_filter = ("sex", "living", "state", "insurance", "division")  # as our list; the age aside
    search_fields = ("name", "file_number")

    def has_module_permission(self, request: Any) -> bool:
        return True

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class NumberSerializer(serializers.ModelSerializer):
    class Meta:
        model = PersonIdentifier
        fields = ("kind", "number", "is_main")


class CategorySerializer(serializers.ModelSerializer):
    class Meta:
        model = PersonCategory
        fields = ("kind", "valid_from", "valid_to")


class PersonSerializer(serializers.ModelSerializer):
    """What our list tells of a person."""

    division_name = serializers.CharField(source="division.name")
    town = serializers.CharField(source="division.parent.name")
    identifiers = NumberSerializer(many=True)
    categories = CategorySerializer(many=True)

    class Meta:
        model = Person
        fields = (
            "id", "file_number", "name", "sex", "born_on", "living", "state",
            "division_name", "town", "identifiers", "categories",
        )  # fmt: skip


class PersonViewSet(viewsets.ModelViewSet):
    """Related rows are fetched together, as DRF's own documentation advises."""

    queryset = (
        Person.objects.select_related("division__parent")
        .prefetch_related("identifiers", "categories")
        .order_by("id")
    )
    serializer_class = PersonSerializer


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Over the columns of ours that can be searched so: sealed numbers, telephones and addresses cannot."""
    q = request.GET.get("q", "")
    words = Q(name__icontains=q) | Q(pinyin__icontains=q) | Q(file_number__icontains=q)
    found = Person.objects.filter(words).select_related("division")
    paginator = Paginator(found.order_by("id"), ROWS)
    shown = paginator.get_page(request.GET.get("page"))
    return HttpResponse(_TEMPLATE.render({"paginator": paginator, "object_list": shown}, request))


_TEMPLATE = engines["django"].from_string(
    "<p>{{ paginator.count }}</p><ul>{% for p in object_list %}<li>{{ p.name }} {{ p.get_sex_display }} "
    "{{ p.born_on }} {{ p.division.name }}</li>{% endfor %}</ul>"
)

site = _Open()
site.register(Person, PersonAdmin)
router = routers.SimpleRouter()
router.register("people", PersonViewSet)
urlpatterns = [
    path("admin/", site.urls),
    path("rest/", include(router.urls)),
    path("search/", search),
]
