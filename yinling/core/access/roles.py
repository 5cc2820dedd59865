"""Roles and the rights they hold. One table; docs and the permission sweep read it."""

from dataclasses import dataclass
from enum import StrEnum

from yinling.core.access.permissions import Permission as P


class Role(StrEnum):
    CITY_BUREAU = "city_bureau"
    LEADER = "leader"
    DEPARTMENT_LIAISON = "department_liaison"
    DISTRICT_BUREAU = "district_bureau"
    TOWN_OFFICER = "town_officer"
    VILLAGE_WORKER = "village_worker"
    INSTITUTION_MANAGER = "institution_manager"
    CARE_WORKER = "care_worker"
    ASSESSOR = "assessor"
    INSPECTOR = "inspector"
    INSURANCE_HANDLER = "insurance_handler"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    FAMILY = "family"
    ELDER = "elder"


class Reach(StrEnum):
    """Which rows a right reaches."""

    DIVISION = "division"  # those of the own division and all below it
    ORGANISATION = "organisation"  # those that the own organisation runs
    PEOPLE = "people"  # those about the people who are entrusted to the account, oneself among them


@dataclass(frozen=True)
class RoleSpec:
    """`rights`: each with the reason why this role, and not only a higher one, holds it."""

    label: str
    reason: str
    rights: dict[P, str]
    reach: Reach = Reach.DIVISION

    @property
    def permissions(self) -> frozenset[P]:
        return frozenset(self.rights)


_SEE = {
    P.VIEW_COCKPIT: "指标只有合计数，没有个人信息",
    P.VIEW_POLICY: "落实责任要看原文和条款",
    P.VIEW_LEDGER: "责任清单要让责任方和配合方都看到",
}
_ROWS = {
    P.DRILL_INDICATOR: "数字不对时要找到是哪一行",
    P.VIEW_PEOPLE: "辖区内老年人的建档和服务由其负责",
    P.VIEW_PLACES: "辖区内机构和设施由其管理",
}
# Those who keep the files of a division with many villages.
_KEEP = {
    P.UNMASK_PERSON: "核对证件、联系本人时需要；每次说明用途并留痕",
    P.MANAGE_PEOPLE: "登记、更正和变更辖区内档案",
    P.IMPORT_PEOPLE: "手里有成批的表格，逐条录入会错会漏",
    P.EXPORT_PEOPLE: "下发走访名单、上报核对；带水印并留痕",
    P.MERGE_PEOPLE: "重复档案常跨村居，村居一级看不到两边",
    P.MANAGE_PLACES: "登记和更新辖区内机构、设施和床位",
}
# What a bureau does for assessments, the waiting list and homes of its division.
_HOMES = {
    P.VIEW_ASSESSMENTS: "评估由民政部门组织，要看进度和结论",
    P.REQUEST_ASSESSMENT: "窗口可代为提出",
    P.ARRANGE_ASSESSMENT: "受理、指派和复评由组织方办理，评估机构不能自己派自己",
    P.ACCEPT_RESULT: "采信是行政决定，要有人负责",
    P.VIEW_QUEUE: "轮候由民政部门管理",
    P.APPLY_FOR_HOME: "窗口可代为登记",
    P.MANAGE_QUEUE: "床位空出后由其按次序通知",
    P.APPROVE_SKIP: "跳过次序须另一人复核",
    P.VIEW_RESIDENTS: "监管住养和床位是否属实",
    P.VIEW_FEES: "监管收费和预收费用",
    P.REVIEW_PRICES: "核定普惠价格、监管预收由民政部门承担",
    P.REVIEW_HOMES: "智慧养老院由民政部门认定，机构不能自己认定自己",
}
_ASK = {
    P.VIEW_ASSESSMENTS: "帮老年人看评估办到哪一步",
    P.REQUEST_ASSESSMENT: "老年人出门不便，由其代为提出",
    P.VIEW_QUEUE: "帮老年人看轮候到第几位",
    P.APPLY_FOR_HOME: "老年人出门不便，由其代为登记",
}
# What those who run a home do in their own home.
_CARE = {
    P.VIEW_RESIDENTS: "只到本机构；照护要知道谁住在哪张床",
    P.GIVE_CARE: "只到本机构；做完一件记一件",
}

ROLES: dict[Role, RoleSpec] = {
    Role.CITY_BUREAU: RoleSpec(
        "市民政局",
        "牵头全市养老服务：导入政策、下达任务、审核调度、发布通报",
        _SEE
        | _ROWS
        | _KEEP
        | _HOMES
        | {
            P.EXPORT_ROWS: "全市汇总、报省核对；带水印并留痕",
            P.IMPORT_POLICY: "政策文件由牵头部门导入，来源只有一处",
            P.CONFIRM_POLICY: "读取结果由牵头部门核对后才算数",
            P.MANAGE_LEDGER: "任务由牵头部门分解下达",
            P.REFINE_TARGETS: "全市目标由其分到区市",
            P.FILL_REPORT: "市民政局自己也承担任务",
            P.REVIEW_REPORT: "各单位填报由牵头部门审核",
            P.MANAGE_ROUNDS: "调度由牵头部门开启、锁定",
            P.PUBLISH_BULLETIN: "通报由牵头部门发布",
            P.ANONYMISE_PEOPLE: "不可撤销，只在市一级办理",
        },
    ),
    Role.LEADER: RoleSpec("市领导", "掌握全局：只看数字和落实情况，不看个人明细", dict(_SEE)),
    Role.DEPARTMENT_LIAISON: RoleSpec(
        "部门联络员",
        "填报本部门承担的任务和指标；不看个人明细",
        _SEE
        | {P.FILL_REPORT: "填报本部门的任务", P.VIEW_PLACES: "核对本部门负责的设施；机构信息不是个人信息"},
    ),
    Role.DISTRICT_BUREAU: RoleSpec(
        "区市民政部门",
        "落实本区市任务，细化指标，管理本区市档案",
        _SEE
        | _ROWS
        | _KEEP
        | _HOMES
        | {
            P.EXPORT_ROWS: "本区市汇总上报；带水印并留痕",
            P.REFINE_TARGETS: "核对分到本区市的目标",
            P.FILL_REPORT: "填报本区市的任务",
        },
    ),
    Role.TOWN_OFFICER: RoleSpec("镇街工作人员", "管理本镇街老年人和设施档案", _SEE | _ROWS | _KEEP | _ASK),
    Role.VILLAGE_WORKER: RoleSpec(
        "村居工作人员",
        "走访和更新本村居老年人档案",
        _ASK
        | {
            P.VIEW_PEOPLE: "走访、建档在村居",
            P.UNMASK_PERSON: "上门要住址和电话；每次说明用途并留痕",
            P.MANAGE_PEOPLE: "走访中发现的变化由其更新",
            P.VIEW_PLACES: "向老年人介绍身边的服务",
        },
    ),
    Role.INSTITUTION_MANAGER: RoleSpec(
        "机构负责人",
        "办理本机构的住养、照护和收费，核对床位、人员和证照",
        _CARE
        | {
            P.VIEW_PLACES: "只到本机构；核对登记是否属实",
            P.MANAGE_RESIDENTS: "入住和退住由机构办理",
            P.MANAGE_CARE: "照护计划和意外处理由机构负责",
            P.VIEW_FEES: "只到本机构",
            P.MANAGE_FEES: "价目、账单和退费由机构办理",
            P.SHARE_WITH_FAMILY: "家属看什么由机构按老年人意愿设定",
            P.RUN_HOME: "只到本机构；佐证、上门服务和食谱由机构填报",
        },
        reach=Reach.ORGANISATION,
    ),
    Role.CARE_WORKER: RoleSpec(
        "护理人员",
        "按计划照护本机构的老年人，记录照护、用药和交接班",
        _CARE | {P.VIEW_PLACES: "只到本机构；照护安排按床位"},
        reach=Reach.ORGANISATION,
    ),
    Role.ASSESSOR: RoleSpec(
        "评估员",
        "办理派给本评估机构的能力评估；没有派件时看不到任何老年人",
        {
            P.VIEW_PLACES: "只到本评估机构；受评人的档案随派件给，不随角色给",
            P.VIEW_ASSESSMENTS: "只到派给自己的评估",
            P.ASSESS: "本职；两人以上共同评估并签名",
        },
        reach=Reach.ORGANISATION,
    ),
    Role.INSPECTOR: RoleSpec(
        "检查员",
        "检查辖区内机构和设施；不看老年人档案",
        {P.VIEW_PLACES: "检查对象是机构和设施", P.VIEW_POLICY: "检查依据要看原文"},
    ),
    Role.INSURANCE_HANDLER: RoleSpec(
        "长护险经办人员",
        "核对参保人身份和待遇资格",
        {
            P.VIEW_PEOPLE: "核对参保人是否在册、类别是否有效；只看不改",
            P.VIEW_ASSESSMENTS: "待遇以失能等级为前提",
            P.UNMASK_PERSON: "与参保信息按证件号核对；每次说明用途并留痕",
            P.VIEW_PLACES: "核对定点机构",
        },
    ),
    Role.AUDITOR: RoleSpec(
        "审计员",
        "查看操作记录，核对谁做了什么；不能改动任何业务",
        {
            P.VIEW_AUDIT: "本职；记录里的个人信息也是脱敏的",
            P.VERIFY_AUDIT: "核验记录没有被删改，由不办业务的人做",
            P.VIEW_LEDGER: "对照任务看操作",
            P.VIEW_POLICY: "对照依据看操作",
        },
    ),
    Role.ADMINISTRATOR: RoleSpec(
        "系统管理员",
        "管理账号、对接密钥和运行；看不到个人信息，也不兼审计",
        {
            P.MANAGE_ACCOUNTS: "本职；开通账号的人自己不能办业务",
            P.MANAGE_API_KEYS: "对接密钥和账号一样是进门的凭据",
            P.VIEW_SYSTEM: "备份、任务和容量要有人看",
        },
    ),
    Role.FAMILY: RoleSpec(
        "家属",
        "查看受托照看的老年人的档案",
        {P.VIEW_OWN_FILE: "只到窗口核验过授权的人，授权到期即止"},
        reach=Reach.PEOPLE,
    ),
    Role.ELDER: RoleSpec(
        "老年人",
        "查看本人档案，以及谁查看过",
        {P.VIEW_OWN_FILE: "《个人信息保护法》第四十四、四十五条：知情、查阅和复制"},
        reach=Reach.PEOPLE,
    ),
}

# Those who sign in with a code sent to their phone and belong to no unit.
PUBLIC_ROLES = frozenset({Role.FAMILY, Role.ELDER})
STAFF_ROLES = tuple(role for role in Role if role not in PUBLIC_ROLES)
