"""Every right in the house, once, with the sentence that explains it to an administrator."""

from enum import StrEnum


class Permission(StrEnum):
    """A right; whether it reaches a given row is decided by scope."""

    VIEW_COCKPIT = "view_cockpit"
    DRILL_INDICATOR = "drill_indicator"
    EXPORT_ROWS = "export_rows"
    VIEW_POLICY = "view_policy"
    IMPORT_POLICY = "import_policy"
    CONFIRM_POLICY = "confirm_policy"
    VIEW_LEDGER = "view_ledger"
    MANAGE_LEDGER = "manage_ledger"
    REFINE_TARGETS = "refine_targets"
    FILL_REPORT = "fill_report"
    REVIEW_REPORT = "review_report"
    MANAGE_ROUNDS = "manage_rounds"
    PUBLISH_BULLETIN = "publish_bulletin"
    VIEW_PEOPLE = "view_people"
    UNMASK_PERSON = "unmask_person"
    MANAGE_PEOPLE = "manage_people"
    IMPORT_PEOPLE = "import_people"
    EXPORT_PEOPLE = "export_people"
    MERGE_PEOPLE = "merge_people"
    ANONYMISE_PEOPLE = "anonymise_people"
    VIEW_OWN_FILE = "view_own_file"
    VIEW_PLACES = "view_places"
    MANAGE_PLACES = "manage_places"
    VIEW_ASSESSMENTS = "view_assessments"
    REQUEST_ASSESSMENT = "request_assessment"
    ARRANGE_ASSESSMENT = "arrange_assessment"
    ASSESS = "assess"
    ACCEPT_RESULT = "accept_result"
    VIEW_QUEUE = "view_queue"
    APPLY_FOR_HOME = "apply_for_home"
    MANAGE_QUEUE = "manage_queue"
    APPROVE_SKIP = "approve_skip"
    VIEW_RESIDENTS = "view_residents"
    MANAGE_RESIDENTS = "manage_residents"
    GIVE_CARE = "give_care"
    MANAGE_CARE = "manage_care"
    VIEW_FEES = "view_fees"
    MANAGE_FEES = "manage_fees"
    REVIEW_PRICES = "review_prices"
    SHARE_WITH_FAMILY = "share_with_family"
    RUN_HOME = "run_home"
    REVIEW_HOMES = "review_homes"
    VIEW_AUDIT = "view_audit"
    VERIFY_AUDIT = "verify_audit"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_API_KEYS = "manage_api_keys"
    VIEW_SYSTEM = "view_system"


DESCRIPTIONS: dict[Permission, str] = {
    Permission.VIEW_COCKPIT: "查看指标看板、地图和趋势",
    Permission.DRILL_INDICATOR: "打开指标数字背后的明细行",
    Permission.EXPORT_ROWS: "导出明细（带水印并留痕）",
    Permission.VIEW_POLICY: "查看政策文件及其读取结果",
    Permission.IMPORT_POLICY: "导入政策文件",
    Permission.CONFIRM_POLICY: "核对、更正并确认政策文件的读取结果",
    Permission.VIEW_LEDGER: "查看责任清单",
    Permission.MANAGE_LEDGER: "建立、拆分、调整任务",
    Permission.REFINE_TARGETS: "把全市目标细化到区市",
    Permission.FILL_REPORT: "填报本单位月调度",
    Permission.REVIEW_REPORT: "审核月调度填报",
    Permission.MANAGE_ROUNDS: "开启、锁定、重开月调度及其设置",
    Permission.PUBLISH_BULLETIN: "固化快照，生成和发布通报",
    Permission.VIEW_PEOPLE: "查看老年人档案（默认脱敏）",
    Permission.UNMASK_PERSON: "说明用途后查看完整证件号、电话和住址（留痕）",
    Permission.MANAGE_PEOPLE: "建立和更新老年人档案",
    Permission.IMPORT_PEOPLE: "成批导入老年人档案",
    Permission.EXPORT_PEOPLE: "导出老年人名单（带水印并留痕）",
    Permission.MERGE_PEOPLE: "核对疑似重复档案，合并和撤销合并",
    Permission.ANONYMISE_PEOPLE: "办理保存期满档案的匿名化",
    Permission.VIEW_OWN_FILE: "查看本人或受托照看的人的档案，以及谁查看过",
    Permission.VIEW_PLACES: "查看机构、设施和床位",
    Permission.MANAGE_PLACES: "登记和更新机构、设施和床位",
    Permission.VIEW_ASSESSMENTS: "查看能力评估的过程和结论",
    Permission.REQUEST_ASSESSMENT: "代老年人提出评估申请和异议",
    Permission.ARRANGE_ASSESSMENT: "受理评估申请，预约和指派评估员，安排复评",
    Permission.ASSESS: "办理派给自己的评估，评分和签名",
    Permission.ACCEPT_RESULT: "决定把一项评估结论用于另一用途（采信）",
    Permission.VIEW_QUEUE: "查看公办养老机构的轮候名单",
    Permission.APPLY_FOR_HOME: "为老年人登记入住轮候申请",
    Permission.MANAGE_QUEUE: "核实轮候申请，按次序通知入住，提出跳过",
    Permission.APPROVE_SKIP: "复核跳过轮候次序的理由（不能是提出的人）",
    Permission.VIEW_RESIDENTS: "查看养老机构的住养情况和床位图",
    Permission.MANAGE_RESIDENTS: "办理入住、试住、调床、请假、住院和退住",
    Permission.GIVE_CARE: "执行照护任务，记录生命体征、用药和交接班",
    Permission.MANAGE_CARE: "制定照护计划，评估风险，处理意外事件",
    Permission.VIEW_FEES: "查看价目、账单、预收和存管情况",
    Permission.MANAGE_FEES: "发布价目，出账，登记收款和退费",
    Permission.REVIEW_PRICES: "核定普惠价格上限，监管预收费用",
    Permission.SHARE_WITH_FAMILY: "逐项设定家属可以看到的内容",
    Permission.RUN_HOME: "提交智慧养老院佐证，管理上门服务和食谱",
    Permission.REVIEW_HOMES: "审核智慧养老院佐证，认定和撤销认定",
    Permission.VIEW_AUDIT: "查看操作记录",
    Permission.VERIFY_AUDIT: "核验操作记录是否被改动",
    Permission.MANAGE_ACCOUNTS: "管理账号（默认看不到个人信息）",
    Permission.MANAGE_API_KEYS: "发放和收回系统对接密钥",
    Permission.VIEW_SYSTEM: "查看系统运行状况",
}
