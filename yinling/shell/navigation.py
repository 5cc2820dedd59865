"""The staff menu. An entry appears when its page exists and the account may open it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from yinling.core.access.permissions import Permission as P
from yinling.shell.waiting import waiting_of

_WORK = "governance:my_work"


@dataclass(frozen=True)
class Item:
    """`name` is a URL name; `permission=None` is for everyone who signed in."""

    label: str
    name: str
    permission: P | None = None
    icon: str = "dot"
    note: str = ""  # what one does there, for the home page


GROUPS: list[tuple[str, list[Item]]] = [
    (
        "",
        [
            Item("工作台", "shell:home", None, "home"),
            Item("我的工作", _WORK, P.FILL_REPORT, "pen"),
        ],
    ),
    (
        "政策落实",
        [
            Item(
                "指标看板",
                "governance:cockpit",
                P.VIEW_COCKPIT,
                "chart",
                "每项指标现在多少、目标多少、差在哪里",
            ),
            Item("责任清单", "governance:tasks", P.VIEW_LEDGER, "list", "谁负责哪件事、什么时候办成"),
            Item("月度调度", "governance:rounds", P.VIEW_LEDGER, "calendar", "每月填报、审核、催办和锁定"),
            Item("通报", "governance:bulletins", P.VIEW_COCKPIT, "flag", "月通报和季通报，可下载 Word"),
            Item("政策文件", "governance:documents", P.VIEW_POLICY, "book", "导入、核对和公开政策文件"),
            Item(
                "指标细化",
                "governance:local_targets",
                P.REFINE_TARGETS,
                "split",
                "把全市目标分到各区市，核对合计",
            ),
        ],
    ),
    (
        "养老档案",
        [
            Item("老年人", "registry:people", P.VIEW_PEOPLE, "people", "查找和更新老年人档案"),
            Item("成批导入", "registry:uploads", P.IMPORT_PEOPLE, "up", "用 Excel 或 CSV 建立和更新档案"),
            Item("疑似重复", "registry:duplicates", P.MERGE_PEOPLE, "split", "核对可能是同一人的两份档案"),
            Item("类别到期", "registry:categories_ending", P.VIEW_PEOPLE, "clock", "哪些认定快到期，要复核"),
            Item("市内迁移", "registry:transfers", P.MANAGE_PEOPLE, "split", "老年人在市内搬家，档案跟着走"),
            Item(
                "机构和设施", "registry:places", P.VIEW_PLACES, "building", "养老机构、服务中心、助餐点和床位"
            ),
            Item("从业人员", "registry:workers", P.VIEW_PLACES, "badge", "护理人员和证书"),
        ],
    ),
    (
        "评估和入住",
        [
            Item("我的评估", "assessment:work", P.ASSESS, "pen", "派给您的评估，填表、核对、签名"),
            Item("评估申请", "assessment:requests", P.VIEW_ASSESSMENTS, "list", "受理、预约、结论和异议"),
            Item("评估到期", "assessment:due", P.VIEW_ASSESSMENTS, "clock", "哪些结论快到期，要重新评估"),
            Item(
                "评估员名册",
                "assessment:assessors",
                P.ARRANGE_ASSESSMENT,
                "badge",
                "谁可以评估，有没有医护背景",
            ),
            Item(
                "轮候名单",
                "residence:waiting",
                P.VIEW_QUEUE,
                "list",
                "谁在等公办养老院的床位，排第几位，为什么",
            ),
            Item(
                "轮候待办",
                "residence:waiting_due",
                P.VIEW_QUEUE,
                "clock",
                "待核实的申请、快到期的通知、待复核的暂缓",
            ),
            Item("空床通知谁", "residence:offers", P.MANAGE_QUEUE, "bell", "床位空出后按次序通知，登记答复"),
            Item(
                "床位图",
                "residence:homes",
                P.VIEW_RESIDENTS,
                "building",
                "养老机构的床位和空床，哪张床住着谁",
            ),
            Item("住养名单", "residence:residents", P.VIEW_RESIDENTS, "people", "住在养老机构的老年人"),
            Item(
                "到期和未返回",
                "residence:stays_due",
                P.VIEW_RESIDENTS,
                "clock",
                "试住、短期托养、请假和住院到期的",
            ),
            Item("收费和账单", "residence:fees", P.VIEW_FEES, "book", "价目、账单、收款、预收和存管"),
            Item("退费", "residence:refunds", P.VIEW_FEES, "split", "提出、审批和付款"),
            Item("每日情况", "residence:day_notes", P.GIVE_CARE, "pen", "每位老人今天怎么样，记给家属看"),
            Item(
                "家属可见", "residence:family_home", P.SHARE_WITH_FAMILY, "people", "家属能看什么，逐项设定"
            ),
            Item("食谱", "residence:menu", P.RUN_HOME, "list", "公布一周吃什么"),
            Item("上门服务", "residence:home_visits", P.VIEW_PLACES, "home", "养老机构给居家老人做的服务"),
            Item("智慧养老院", "residence:smart_homes", P.VIEW_PLACES, "check", "清单、佐证、认定和到期"),
        ],
    ),
    (
        "机构照护",
        [
            Item("照护", "residence:care", P.GIVE_CARE, "check", "按房间看谁要做什么，扫码记录"),
            Item("发药", "residence:rounds", P.GIVE_CARE, "clock", "每一轮逐人记明给了没有"),
            Item("交接班", "residence:handovers", P.GIVE_CARE, "book", "把不寻常的事交给下一班"),
            Item("照护计划", "residence:care_plans", P.MANAGE_CARE, "list", "按评估拟定、审核、更新计划"),
            Item("风险防护", "residence:risks", P.GIVE_CARE, "warn", "九类防护的评定和复评"),
            Item(
                "意外事件",
                "residence:incidents",
                P.VIEW_RESIDENTS,
                "alert",
                "登记、告知家属、报告、跟进和办结",
            ),
            Item(
                "出门看护", "residence:exit_watch", P.GIVE_CARE, "lock", "不能独自外出的老人，走失查找和演练"
            ),
            Item("照护码", "residence:care_labels", P.MANAGE_CARE, "print", "打印床头码，扫码直达这位老人"),
        ],
    ),
    (
        "管理",
        [
            Item("快照", "governance:snapshots", P.PUBLISH_BULLETIN, "lock", "按月固化数据，核验是否被改动"),
            Item("保存期满", "registry:retention", P.ANONYMISE_PEOPLE, "flag", "离册档案期满后匿名化"),
            Item("单位和账号", "registry:accounts", P.MANAGE_ACCOUNTS, "key", "开通、停用账号，调整角色"),
            Item("系统对接", "registry:systems", P.MANAGE_API_KEYS, "link", "接入其他系统，发放和收回密钥"),
            Item("操作记录", "registry:audit", P.VIEW_AUDIT, "clock", "谁在什么时候做了什么"),
            Item("系统运行", "shell:system", P.VIEW_SYSTEM, "gear", "后台任务、备份、磁盘和版本"),
        ],
    ),
]


@dataclass(frozen=True)
class Link:
    label: str
    href: str
    icon: str
    current: bool
    waiting: int = 0  # what asks for an act behind this entry


@cache  # addresses do not change while the process lives, and a menu asks for twenty
def _href(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:  # the room that owns it has not landed
        return None


def open_links(account: Any) -> list[tuple[Item, str]]:
    """Every entry that this account may open and that exists, with its address."""
    return [
        (item, href)
        for _, items in GROUPS
        for item in items
        if (item.permission is None or account.may(item.permission)) and (href := _href(item.name))
    ]


def navigation(request: HttpRequest) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Groups of links for this account; the entry with the longest matching path is the current one."""
    hrefs = dict(open_links(request.user))
    home = _href("shell:home")
    # /office/ is the root of all staff pages, not their parent in the menu.
    paths = [h for h in hrefs.values() if request.path == h or (h != home and request.path.startswith(h))]
    current = max(paths, key=len, default="")
    groups = []
    for title, items in GROUPS:
        links = [
            Link(
                i.label,
                hrefs[i],
                i.icon,
                hrefs[i] == current,
                waiting_of(request).work if i.name == _WORK else 0,
            )
            for i in items
            if i in hrefs
        ]
        if links:
            groups.append((title, tuple(links)))
    return tuple(groups)
