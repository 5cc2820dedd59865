"""Divisions, units, and accounts of every role."""

from datetime import date

from django.contrib.auth.hashers import make_password

from yinling.core.access.roles import Role
from yinling.core.choices import OrganisationKind
from yinling.core.models import Account, Division, Organisation
from yinling.core.operations.accounts import create_account
from yinling.core.operations.divisions import load_divisions
from yinling.core.operations.organisations import load_organisations, register_organisation
from yinling.core.operations.public_accounts import open_public_account
from yinling.core.queries.divisions import get_city
from yinling.demo import accounts, names
from yinling.demo.context import Context, divisions_by_code, units_by_name
from yinling.registry.choices import PersonState, PlaceKind
from yinling.registry.models import Person, Place
from yinling.registry.operations.consents import grant_access


def load_reference(ctx: Context) -> str:
    load_divisions(by=None, at=ctx.at)
    load_organisations(by=None, at=ctx.at)
    towns = Division.objects.filter(level="town").count()
    villages = Division.objects.filter(level="village").count()
    return f"7 个区市、开发区，{towns} 个镇街，{villages:,} 个村居；{Organisation.objects.count()} 个单位"


def make_accounts(ctx: Context) -> str:
    """Everyone but the managers of institutions, whose institutions come later."""
    maker = _Maker(ctx)
    units, by_code, city = units_by_name(), divisions_by_code(), get_city()
    for username in ("minzheng", "minzheng2"):
        maker.make(username, Role.CITY_BUREAU, units["市民政局"])
    maker.make("lingdao", Role.LEADER, units["市政府办公室"])
    maker.make("shenji", Role.AUDITOR, units["市政府办公室"])
    maker.make("admin", Role.ADMINISTRATOR, units["市大数据中心"], city)
    maker.make("jingban", Role.INSURANCE_HANDLER, units["市医保局"])
    assessors = register_organisation(
        name="威海市老年人能力评估服务中心",
        kind=OrganisationKind.OPERATOR,
        division=by_code[accounts.PUBLIC_VILLAGE].parent,
        by=None,
        at=ctx.at,
    )
    others = register_organisation(
        name="威海康衡老年人能力评估中心",
        kind=OrganisationKind.OPERATOR,
        division=by_code[accounts.PUBLIC_VILLAGE].parent,
        by=None,
        at=ctx.at,
    )
    for username, body in (
        ("pinggu", assessors),
        ("pinggu2", assessors),
        ("pinggu3", others),
        ("pinggu4", others),
    ):
        maker.make(username, Role.ASSESSOR, body)
    for name, username in accounts.LIAISONS.items():
        maker.make(username, Role.DEPARTMENT_LIAISON, units[name])
    for code, username in accounts.DISTRICTS.items():
        unit = Organisation.objects.get(kind=OrganisationKind.DISTRICT_BUREAU, division=by_code[code])
        maker.make(username, Role.DISTRICT_BUREAU, unit)
        if username == "huancui":
            maker.make("jianchayuan", Role.INSPECTOR, unit)
    for code, username in accounts.TOWNS.items():
        unit = Organisation.objects.get(kind=OrganisationKind.TOWN_OFFICE, division=by_code[code])
        maker.make(username, Role.TOWN_OFFICER, unit)
    for code, username in accounts.VILLAGES.items():
        village = by_code[code]
        if village.level == "town":
            village = Division.objects.filter(parent=village).order_by("nbs_code").first() or village
        committee = register_organisation(
            name=f"{village.parent.name}{village.name}",
            kind=OrganisationKind.VILLAGE_COMMITTEE,
            division=village,
            by=None,
            at=ctx.at,
        )
        maker.make(username, Role.VILLAGE_WORKER, committee)
    return f"{Account.objects.count()} 个账号，密码都是 {accounts.PASSWORD}"


def make_managers(ctx: Context) -> None:
    """Managers of one private home in each of four districts."""
    maker = _Maker(ctx)
    by_code = divisions_by_code()
    for code, username in accounts.HOMES.items():
        homes = Place.objects.filter(kind=PlaceKind.HOME, valid_to=None, name__endswith="养老院")
        home = homes.below(by_code[code].path).select_related("operator", "division").order_by("name").first()
        if home:
            maker.make(username, Role.INSTITUTION_MANAGER, home.operator, home.division)
            if username == "home1":
                for carer in ("huliyuan", "huliyuan2"):
                    maker.make(carer, Role.CARE_WORKER, home.operator, home.division)


def make_public_accounts(ctx: Context) -> str:
    """An elder who reads the own file, and a family member who was granted it at the counter."""
    village = divisions_by_code()[accounts.PUBLIC_VILLAGE]
    person = (
        Person.objects.below(village.path)
        .filter(state=PersonState.ACTIVE, born_on__lt=date(ctx.as_of.year - 65, 1, 1))
        .select_related("division")
        .order_by("id")
        .first()
    )
    if person is None:
        return "没有"
    given = (
        (Role.ELDER, accounts.ELDER_PHONE, person.name, "本人", "身份证件核验（窗口办理）"),
        (Role.FAMILY, accounts.FAMILY_PHONE, person.name[:1] + "家属", "子女", "本人授权书（窗口办理）"),
    )
    for role, phone, full_name, relation, ground in given:
        account = open_public_account(
            phone=phone, full_name=full_name, role=role, division=person.division, by=None, at=ctx.at
        )
        grant_access(person=person, account=account, relation=relation, ground=ground, by=None, at=ctx.at)
    return f"老年人 {accounts.ELDER_PHONE}，家属 {accounts.FAMILY_PHONE}，用手机号登录"


class _Maker:
    """One slow password hash for all."""

    def __init__(self, ctx: Context) -> None:
        self.ctx, self.rng = ctx, ctx.rng("accounts")
        self.password = make_password(accounts.PASSWORD)

    def make(
        self, username: str, role: Role, unit: Organisation, division: Division | None = None
    ) -> Account | None:
        if Account.objects.filter(username=username).exists():
            return None
        male = self.rng.random() < 0.5
        full_name = names.full_name(self.rng, born=self.rng.randint(1972, 1992), male=male)
        return create_account(
            username=username,
            full_name=full_name,
            role=role,
            organisation=unit,
            division=division,
            encoded_password=self.password,
            phone=f"0631-0{self.rng.randrange(10**6):06d}",
            by=None,
            at=self.ctx.at,
        )
