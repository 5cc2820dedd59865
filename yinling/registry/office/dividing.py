"""Choosing a village: a list where the scope is small, else by typing part of its name. Works without a script:
what was typed is looked up when the form is sent, and several matches are offered to choose from."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path, reverse
from django.utils.safestring import SafeString, mark_safe

from yinling.core.access.permissions import Permission
from yinling.core.models import Account, Division
from yinling.core.queries.divisions import find_division
from yinling.core.web import page, requires
from yinling.registry.queries.divisions import find_villages, village_label

FEW = 60


class DivisionWidget(forms.Widget):
    """Posts the chosen code as `<name>` and what was typed as `<name>_text`."""

    choices: list[tuple[str, str]] = []
    actor: Account | None = None
    whole_city = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return str(data.get(name, ""))[:12], str(data.get(f"{name}_text", "")).replace("\x00", "")[
            :60
        ].strip()

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return id_ if self.choices else f"{id_}_text"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        code, text = value if isinstance(value, tuple) else (value or "", "")
        found = find_villages(self.actor, text, self.whole_city) if text and not self.choices else []
        chosen = (
            Division.objects.filter(nbs_code=code).select_related("parent__parent").first() if code else None
        )
        if chosen and not self.choices and chosen.code not in [c for c, _ in found]:
            found = [(chosen.code, village_label(chosen)), *found]
        context = {
            "name": name,
            "id": (attrs or {}).get("id", f"id_{name}"),
            "value": code,
            "text": text,
            "choices": self.choices,
            "found": found,
            "address": reverse("registry:villages"),
            "wide": self.whole_city,
            "described": (attrs or {}).get("aria-describedby", ""),
        }
        rendered = engines["jinja2"].get_template("registry/division_field.html").render(context)
        return mark_safe(rendered)  # the template escapes


class DivisionField(forms.Field):
    """A village or community; cleans to a Division or None."""

    widget = DivisionWidget

    def __init__(self, label: str, *, required: bool = True, whole_city: bool = False) -> None:
        super().__init__(label=label, required=required)
        self.whole_city = self.widget.whole_city = whole_city

    def for_actor(self, actor: Account) -> None:
        """Within whose scope to choose."""
        self.actor = self.widget.actor = actor
        self.widget.choices = []
        if not self.whole_city:
            few = find_villages(actor, "", False, most=FEW + 1)
            self.widget.choices = few if len(few) <= FEW else []

    def clean(self, value: Any) -> Division | None:
        code, text = value if isinstance(value, tuple) else (value or "", "")
        if code:
            seen = Division.objects.filter(level="village", nbs_code=code)
            if not self.whole_city:
                seen = seen.visible_to(self.actor)
            chosen = seen.select_related("parent__parent").first()
            if chosen is not None:
                return chosen
        if text:
            found = find_villages(self.actor, text, self.whole_city)
            if len(found) == 1:
                return find_division(found[0][0])
            if found:
                raise forms.ValidationError("有几个村居符合，请在下面选择一个。")
            raise forms.ValidationError("没有找到这个村居，请换一部分名称再试。")
        if self.required:
            raise forms.ValidationError("请选择村居。")
        return None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data and any(data))


@requires(Permission.VIEW_PEOPLE)
def villages(request: HttpRequest) -> HttpResponse:
    """Matches while typing."""
    name = "".join(c for c in request.GET.get("field", "village") if c.isalpha() or c in "_-")[:30]
    text = request.GET.get(f"{name}_text", "").replace("\x00", "").strip()[:60]
    wide = request.GET.get("wide") == "1"
    context = {
        "name": name,
        "found": find_villages(request.user, text, wide) if text else [],
        "value": "",
        "text": text,
        "id": f"id_{name}",
    }
    return page(request, "registry/villages.html", context, block="matches")


urlpatterns = [path("office/villages/", villages, name="villages")]
