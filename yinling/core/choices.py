"""Closed lists of core. Labels are the legal or customary Chinese terms."""

from django.db.models import TextChoices


class DivisionLevel(TextChoices):
    CITY = "city", "市"
    DISTRICT = "district", "区市、开发区"
    TOWN = "town", "镇街"
    VILLAGE = "village", "村居"


class OrganisationKind(TextChoices):
    DEPARTMENT = "department", "市直部门"
    DISTRICT_GOVERNMENT = "district_government", "区市政府、开发区管委"
    DISTRICT_BUREAU = "district_bureau", "区市民政部门"
    TOWN_OFFICE = "town_office", "镇街"
    VILLAGE_COMMITTEE = "village_committee", "村居委会"
    OPERATOR = "operator", "服务机构"
    OTHER = "other", "其他单位"


class AuditVerb(TextChoices):
    CREATE = "create", "新建"
    CHANGE = "change", "修改"
    DELETE = "delete", "删除"
    READ = "read", "查阅"
    EXPORT = "export", "导出"
    SIGN_IN = "sign_in", "登录"
    SIGN_OUT = "sign_out", "退出"
    REFUSED = "refused", "被拒绝"


class AuditCheckState(TextChoices):
    WAITING = "waiting", "等待中"
    RUNNING = "running", "核验中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"


class LedgerUnit(TextChoices):
    """What an account counts in, always whole."""

    FEN = "fen", "分（人民币）"
    MINUTE = "minute", "分钟"


class LedgerKind(TextChoices):
    ASSET = "asset", "资产"
    LIABILITY = "liability", "负债"
    INCOME = "income", "收入"
    EXPENSE = "expense", "支出"
