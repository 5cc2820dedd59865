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
    label: str
    reason: str
    permissions: frozenset[P]
    reach: Reach = Reach.DIVISION


_SEE = frozenset({P.VIEW_COCKPIT, P.VIEW_POLICY, P.VIEW_LEDGER})
_ROWS = frozenset({P.DRILL_INDICATOR, P.VIEW_PEOPLE, P.VIEW_PLACES})

ROLES: dict[Role, RoleSpec] = {
    Role.CITY_BUREAU: RoleSpec(
        "市民政局",
        "牵头全市养老服务：导入政策、下达任务、审核调度、发布通报",
        _SEE
        | _ROWS
        | {
            P.EXPORT_ROWS,
            P.IMPORT_POLICY,
            P.CONFIRM_POLICY,
            P.MANAGE_LEDGER,
            P.REFINE_TARGETS,
            P.FILL_REPORT,
            P.REVIEW_REPORT,
            P.MANAGE_ROUNDS,
            P.PUBLISH_BULLETIN,
            P.ANONYMISE_PEOPLE,
            P.UNMASK_PERSON,
            P.MANAGE_PEOPLE,
            P.IMPORT_PEOPLE,
            P.EXPORT_PEOPLE,
            P.MERGE_PEOPLE,
            P.MANAGE_PLACES,
        },
    ),
    Role.LEADER: RoleSpec("市领导", "掌握全局：只看数字和落实情况，不看个人明细", _SEE),
    Role.DEPARTMENT_LIAISON: RoleSpec(
        "部门联络员", "填报本部门承担的任务和指标；不看个人明细", _SEE | {P.FILL_REPORT, P.VIEW_PLACES}
    ),
    Role.DISTRICT_BUREAU: RoleSpec(
        "区市民政部门",
        "落实本区市任务，细化指标，管理本区市档案",
        _SEE
        | _ROWS
        | {
            P.EXPORT_ROWS,
            P.REFINE_TARGETS,
            P.FILL_REPORT,
            P.UNMASK_PERSON,
            P.MANAGE_PEOPLE,
            P.IMPORT_PEOPLE,
            P.EXPORT_PEOPLE,
            P.MERGE_PEOPLE,
            P.MANAGE_PLACES,
        },
    ),
    Role.TOWN_OFFICER: RoleSpec(
        "镇街工作人员",
        "管理本镇街老年人和设施档案",
        _SEE
        | _ROWS
        | {
            P.UNMASK_PERSON,
            P.MANAGE_PEOPLE,
            P.IMPORT_PEOPLE,
            P.EXPORT_PEOPLE,
            P.MERGE_PEOPLE,
            P.MANAGE_PLACES,
        },
    ),
    Role.VILLAGE_WORKER: RoleSpec(
        "村居工作人员",
        "走访和更新本村居老年人档案",
        frozenset({P.VIEW_PEOPLE, P.UNMASK_PERSON, P.MANAGE_PEOPLE, P.VIEW_PLACES}),
    ),
    Role.INSTITUTION_MANAGER: RoleSpec(
        "机构负责人", "查看本机构的床位、人员和证照", frozenset({P.VIEW_PLACES}), reach=Reach.ORGANISATION
    ),
    Role.CARE_WORKER: RoleSpec(
        "护理人员", "查看本机构的床位和服务安排", frozenset({P.VIEW_PLACES}), reach=Reach.ORGANISATION
    ),
    Role.ASSESSOR: RoleSpec(
        "评估员",
        "办理派给本评估机构的能力评估；没有派件时看不到任何老年人",
        frozenset({P.VIEW_PLACES}),
        reach=Reach.ORGANISATION,
    ),
    Role.INSPECTOR: RoleSpec(
        "检查员", "检查辖区内机构和设施；不看老年人档案", frozenset({P.VIEW_PLACES, P.VIEW_POLICY})
    ),
    Role.INSURANCE_HANDLER: RoleSpec(
        "长护险经办人员",
        "核对参保人身份和待遇资格",
        frozenset({P.VIEW_PEOPLE, P.UNMASK_PERSON, P.VIEW_PLACES}),
    ),
    Role.AUDITOR: RoleSpec(
        "审计员",
        "查看操作记录，核对谁做了什么",
        frozenset({P.VIEW_AUDIT, P.VERIFY_AUDIT, P.VIEW_LEDGER, P.VIEW_POLICY}),
    ),
    Role.ADMINISTRATOR: RoleSpec(
        "系统管理员",
        "管理账号、对接密钥和运行，默认看不到个人信息",
        frozenset({P.MANAGE_ACCOUNTS, P.MANAGE_API_KEYS, P.VIEW_SYSTEM, P.VIEW_AUDIT}),
    ),
    Role.FAMILY: RoleSpec(
        "家属", "查看受托照看的老年人的档案", frozenset({P.VIEW_OWN_FILE}), reach=Reach.PEOPLE
    ),
    Role.ELDER: RoleSpec(
        "老年人", "查看本人档案，以及谁查看过", frozenset({P.VIEW_OWN_FILE}), reach=Reach.PEOPLE
    ),
}

# Those who sign in with a code sent to their phone and belong to no unit.
PUBLIC_ROLES = frozenset({Role.FAMILY, Role.ELDER})
