"""The staff menu. An entry appears when its page exists and the account may open it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from yinling.core.access.permissions import Permission as P


@dataclass(frozen=True)
class Item:
    """`name` is a URL name; `permission=None` is for everyone who signed in."""

    label: str
    name: str
    permission: P | None = None
    icon: str = "dot"


GROUPS: list[tuple[str, list[Item]]] = [
    (
        "",
        [
            Item("工作台", "shell:home", None, "home"),
            Item("我的工作", "governance:my_work", P.FILL_REPORT, "pen"),
        ],
    ),
    (
        "政策落实",
        [
            Item("指标看板", "governance:cockpit", P.VIEW_COCKPIT, "chart"),
            Item("责任清单", "governance:tasks", P.VIEW_LEDGER, "list"),
            Item("月度调度", "governance:rounds", P.VIEW_LEDGER, "calendar"),
            Item("通报", "governance:bulletins", P.VIEW_COCKPIT, "flag"),
            Item("政策文件", "governance:documents", P.VIEW_POLICY, "book"),
            Item("指标细化", "governance:local_targets", P.REFINE_TARGETS, "split"),
        ],
    ),
    (
        "养老档案",
        [
            Item("老年人", "registry:people", P.VIEW_PEOPLE, "people"),
            Item("机构和设施", "registry:places", P.VIEW_PLACES, "building"),
            Item("从业人员", "registry:workers", P.VIEW_PLACES, "badge"),
        ],
    ),
    (
        "管理",
        [
            Item("快照", "governance:snapshots", P.PUBLISH_BULLETIN, "lock"),
            Item("单位和账号", "registry:accounts", P.MANAGE_ACCOUNTS, "key"),
            Item("操作记录", "registry:audit", P.VIEW_AUDIT, "clock"),
        ],
    ),
]


@dataclass(frozen=True)
class Link:
    label: str
    href: str
    icon: str
    current: bool


def _href(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:  # the room that owns it has not landed
        return None


def navigation(request: HttpRequest) -> list[tuple[str, list[Link]]]:
    """Groups of links for this account; the entry with the longest matching path is the current one."""
    account: Any = request.user
    open_items = [
        (title, item, href)
        for title, items in GROUPS
        for item in items
        if (href := _href(item.name)) and (item.permission is None or account.may(item.permission))
    ]
    paths = [href for _, _, href in open_items if request.path.startswith(href)]
    current = max(paths, key=len, default="")
    if current == _href("shell:home") != request.path:
        current = ""  # /office/ is the root of all staff pages, not their parent in the menu
    groups: dict[str, list[Link]] = {}
    for title, item, href in open_items:
        groups.setdefault(title, []).append(Link(item.label, href, item.icon, href == current))
    return list(groups.items())
