"""Who may sign in to the demo: every role, and one liaison officer for every unit with tasks."""

from dataclasses import dataclass

from yinling.core.access.roles import Role

PASSWORD = "yinling-2026"

# Username by city unit; every unit that the two documents name.
LIAISONS = {
    "市财政局": "caizheng",
    "市发展改革委": "fagai",
    "市教育局": "jiaoyu",
    "市科技局": "keji",
    "市工业和信息化局": "gongxin",
    "市公安局": "gongan",
    "市司法局": "sifa",
    "市人力资源社会保障局": "renshe",
    "市自然资源和规划局": "zigui",
    "市住房城乡建设局": "zhujian",
    "市交通运输局": "jiaotong",
    "市农业农村局": "nongye",
    "市商务局": "shangwu",
    "市文化和旅游局": "wenlv",
    "市卫生健康委": "weijian",
    "市国资委": "guozi",
    "市市场监管局": "shichang",
    "市体育局": "tiyu",
    "市行政审批服务局": "shenpi",
    "市医保局": "yibao",
    "市大数据中心": "dashuju",
    "市地方金融监管局": "difangjinrong",
    "市税务局": "shuiwu",
    "市消防救援支队": "xiaofang",
    "威海金融监管分局": "jinrong",
    "威海银保监分局": "yinbaojian",
    "人民银行威海市分行": "renhang",
    "市委组织部": "zuzhi",
    "市委宣传部": "xuanchuan",
    "市委社会工作部": "shegong",
    "市委老干部局": "laogan",
    "市法院": "fayuan",
    "市检察院": "jiancha",
    "市总工会": "gonghui",
    "团市委": "tuanwei",
    "市妇联": "fulian",
    "市残联": "canlian",
    "威海日报社": "ribao",
}
DISTRICTS = {
    "371002": "huancui",
    "371071": "gaoqu",
    "371072": "jingqu",
    "371073": "lingang",
    "371003": "wendeng",
    "371082": "rongcheng",
    "371083": "rushan",
}
TOWNS = {
    "371002001": "huancuilou",
    "371002100": "zhangcun",
    "371071004": "yiyuan",
    "371003101": "dashuibo",
    "371082101": "lidao",
    "371083103": "baishatan",
}
VILLAGES = {"371002001001": "dongbeicun", "371082101": "lidaocun", "371003101": "dashuibocun"}
HOMES = {"371002": "home1", "371003": "home2", "371082": "home3", "371083": "home4"}


# Signing in by phone; no network uses numbers that begin with 100. The village is one with a worker's account.
ELDER_PHONE, FAMILY_PHONE, PUBLIC_VILLAGE = "10000000001", "10000000002", "371002001001"


@dataclass(frozen=True)
class Shown:
    """Accounts that the last lines of `yinling demo` name: one of each role. The public's is a phone number."""

    username: str
    role: Role
    note: str


SHOWN = (
    Shown("minzheng", Role.CITY_BUREAU, "导入政策、下达任务、审核（另有 minzheng2 作第二人）"),
    Shown("lingdao", Role.LEADER, "看板、责任清单、通报"),
    Shown("weijian", Role.DEPARTMENT_LIAISON, "市卫生健康委；其他部门见文档"),
    Shown(
        "huancui",
        Role.DISTRICT_BUREAU,
        "环翠区，评估受理、轮候；其他区市 gaoqu jingqu lingang wendeng rongcheng rushan",
    ),
    Shown("huancuilou", Role.TOWN_OFFICER, "环翠楼街道"),
    Shown("dongbeicun", Role.VILLAGE_WORKER, "东北村居委会"),
    Shown("home1", Role.INSTITUTION_MANAGER, "环翠区一家养老机构：在住老年人、照护、价目、账单和家属查看"),
    Shown("huliyuan", Role.CARE_WORKER, "同一家养老机构，手机上看本班任务（另有 huliyuan2 接班）"),
    Shown(
        "pinggu", Role.ASSESSOR, "一家评估机构，有派来的评估（另有同机构 pinggu2，复评机构 pinggu3 pinggu4）"
    ),
    Shown("jianchayuan", Role.INSPECTOR, "环翠区；机构和设施"),
    Shown("jingban", Role.INSURANCE_HANDLER, "全市参保人核对；只看不改"),
    Shown("shenji", Role.AUDITOR, "操作记录"),
    Shown("admin", Role.ADMINISTRATOR, "账号管理"),
    Shown(ELDER_PHONE, Role.ELDER, "从“老年人和家属登录”进，用手机号，验证码显示在页面上；已评估，正在轮候"),
    Shown(FAMILY_PHONE, Role.FAMILY, "同上；能看上面这位老年人，和一位住养老机构的老年人"),
)
