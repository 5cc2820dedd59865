"""A small made-up world that tests share: two districts, towns, villages, units, and an account of each role."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from yinling.core.access.roles import Role
from yinling.core.choices import DivisionLevel, OrganisationKind
from yinling.core.models import Account, Division, Organisation

AT = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
TODAY = date(2026, 10, 20)
PASSWORD = "yinling-2026"


def division(
    name: str, level: DivisionLevel, code: str, parent: Division | None = None, kind: str = ""
) -> Division:
    made = Division.objects.create(
        name=name, level=level, nbs_code=code, gb_code=code, parent=parent, kind=kind, path=code
    )
    made.path = f"{parent.path if parent else ''}{made.pk}/"
    made.save()
    return made


def organisation(name: str, kind: OrganisationKind, at: Division) -> Organisation:
    return Organisation.objects.create(name=name, kind=kind, division=at, division_path=at.path)


def account(username: str, role: Role, unit: Organisation | None, at: Division) -> Account:
    made = Account(
        username=username,
        full_name=f"{unit.name if unit else '公众'}{username}",
        role=role,
        organisation=unit,
        division=at,
        division_path=at.path,
    )
    made.set_password(PASSWORD)
    made.save()
    return made


def build_world() -> SimpleNamespace:
    """Divisions (`city`, `huancui`, `rongcheng`, towns, villages), units and `accounts[role]`, `foreign[role]`.

    `accounts` belong to 环翠区 where the role has a district, `foreign` are the same roles at 荣成市. The
    assessor's unit runs no place; whose files the elder and the family member may see, `rows_registry` says.
    """
    w = SimpleNamespace()
    level = DivisionLevel
    w.city = division("威海市", level.CITY, "371000")
    w.huancui = division("环翠区", level.DISTRICT, "371002", w.city, "区")
    w.rongcheng = division("荣成市", level.DISTRICT, "371082", w.city, "县级市")
    w.town = division("环翠楼街道", level.TOWN, "371002001", w.huancui, "街道")
    w.other_town = division("张村镇", level.TOWN, "371002101", w.huancui, "镇")
    w.foreign_town = division("俚岛镇", level.TOWN, "371082100", w.rongcheng, "镇")
    w.village = division("东北村居委会", level.VILLAGE, "371002001001", w.town, "社区")
    w.other_village = division("西门外居委会", level.VILLAGE, "371002001005", w.town, "社区")
    w.foreign_village = division("俚岛村委会", level.VILLAGE, "371082100200", w.foreign_town, "村")

    kind = OrganisationKind
    w.bureau = organisation("市民政局", kind.DEPARTMENT, w.city)
    w.health = organisation("市卫生健康委", kind.DEPARTMENT, w.city)
    w.finance = organisation("市财政局", kind.DEPARTMENT, w.city)
    w.government = organisation("市政府办公室", kind.DEPARTMENT, w.city)
    w.huancui_bureau = organisation("环翠区民政局", kind.DISTRICT_BUREAU, w.huancui)
    w.rongcheng_bureau = organisation("荣成市民政局", kind.DISTRICT_BUREAU, w.rongcheng)
    w.town_office = organisation("环翠楼街道办事处", kind.TOWN_OFFICE, w.town)
    w.foreign_town_office = organisation("俚岛镇政府", kind.TOWN_OFFICE, w.foreign_town)
    w.committee = organisation("东北村居委会", kind.VILLAGE_COMMITTEE, w.village)
    w.foreign_committee = organisation("俚岛村委会", kind.VILLAGE_COMMITTEE, w.foreign_village)
    w.operator = organisation("环翠福寿养老服务有限公司", kind.OPERATOR, w.town)
    w.foreign_operator = organisation("俚岛颐养服务中心", kind.OPERATOR, w.foreign_town)
    w.near_operator = organisation("环翠邻里养老服务有限公司", kind.OPERATOR, w.town)
    w.assessors = organisation("环翠能力评估中心", kind.OPERATOR, w.town)
    w.foreign_assessors = organisation("荣成能力评估中心", kind.OPERATOR, w.foreign_town)
    w.insurance = organisation("环翠区医保经办机构", kind.OTHER, w.huancui)
    w.foreign_insurance = organisation("荣成市医保经办机构", kind.OTHER, w.rongcheng)

    w.accounts = {
        Role.CITY_BUREAU: account("city", Role.CITY_BUREAU, w.bureau, w.city),
        Role.LEADER: account("leader", Role.LEADER, w.government, w.city),
        Role.DEPARTMENT_LIAISON: account("liaison", Role.DEPARTMENT_LIAISON, w.health, w.city),
        Role.DISTRICT_BUREAU: account("district", Role.DISTRICT_BUREAU, w.huancui_bureau, w.huancui),
        Role.TOWN_OFFICER: account("town", Role.TOWN_OFFICER, w.town_office, w.town),
        Role.VILLAGE_WORKER: account("village", Role.VILLAGE_WORKER, w.committee, w.village),
        Role.INSTITUTION_MANAGER: account("home", Role.INSTITUTION_MANAGER, w.operator, w.town),
        Role.CARE_WORKER: account("carer", Role.CARE_WORKER, w.operator, w.town),
        Role.ASSESSOR: account("assessor", Role.ASSESSOR, w.assessors, w.town),
        Role.INSPECTOR: account("inspector", Role.INSPECTOR, w.huancui_bureau, w.huancui),
        Role.INSURANCE_HANDLER: account("insurance", Role.INSURANCE_HANDLER, w.insurance, w.huancui),
        Role.AUDITOR: account("auditor", Role.AUDITOR, w.government, w.city),
        Role.ADMINISTRATOR: account("admin", Role.ADMINISTRATOR, w.government, w.city),
        Role.FAMILY: account("family", Role.FAMILY, None, w.village),
        Role.ELDER: account("elder", Role.ELDER, None, w.village),
    }
    w.second = account("city2", Role.CITY_BUREAU, w.bureau, w.city)
    w.foreign = {
        Role.DISTRICT_BUREAU: account("district2", Role.DISTRICT_BUREAU, w.rongcheng_bureau, w.rongcheng),
        Role.TOWN_OFFICER: account("town2", Role.TOWN_OFFICER, w.foreign_town_office, w.foreign_town),
        Role.VILLAGE_WORKER: account("village2", Role.VILLAGE_WORKER, w.foreign_committee, w.foreign_village),
        Role.INSTITUTION_MANAGER: account(
            "home2", Role.INSTITUTION_MANAGER, w.foreign_operator, w.foreign_town
        ),
        Role.CARE_WORKER: account("carer2", Role.CARE_WORKER, w.foreign_operator, w.foreign_town),
        Role.ASSESSOR: account("assessor2", Role.ASSESSOR, w.foreign_assessors, w.foreign_town),
        Role.INSPECTOR: account("inspector2", Role.INSPECTOR, w.rongcheng_bureau, w.rongcheng),
        Role.INSURANCE_HANDLER: account(
            "insurance2", Role.INSURANCE_HANDLER, w.foreign_insurance, w.rongcheng
        ),
        Role.FAMILY: account("family2", Role.FAMILY, None, w.foreign_village),
        Role.ELDER: account("elder2", Role.ELDER, None, w.foreign_village),
    }
    return w
