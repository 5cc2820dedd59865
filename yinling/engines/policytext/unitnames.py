"""Names of responsible units: what prefix one carries, and which it takes over from the unit before it."""

from __future__ import annotations

import re

PROVINCES = (
    "北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南"
    "|重庆|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|大连|青岛|宁波|厦门|深圳|香港|澳门"
)
# Beginnings of department names. A bare name that starts with one takes the prefix over; a name with one of them
# behind two or three other characters (威海|金融监管分局) begins with a place of its own.
STEMS = (
    "民政|财政|发展改革|发展和改革|发改|卫生健康|卫生和计划生育|卫生计生|卫健|卫生|医保|医疗保障|医疗保险|人力资源|人社|人才"
    "|住房城乡|住房和城乡|住房|住建|城乡建设|城乡规划|自然资源|市场监管|市场监督|商务|教育|体育|科技|科学技术|工业和信息化|工业信息化"
    "|工信|经信|经济和信息化|经济信息化|公安|司法|文化|文旅|广播电视|广电|新闻出版|税务|统计|农业|农村|农牧|畜牧|交通|国资|应急|消防"
    "|残联|残疾人|妇联|妇女|总工会|工商|大数据|数据|行政审批|政务服务|政务|数字|地方金融|金融|银保监|证监|乡村振兴|退役军人|生态环境|环保|环境"
    "|城市管理|城管|综合行政执法|综合执法|水利|水务|林业|林草|审计|信访|机关事务|红十字|老龄|疾控|疾病预防|中医药|药监|药品监管|药品监督"
    "|食品药品|邮政|通信|气象|外事|外办|侨|民族|民宗|宗教|科协|社科联|文联|文明办|法院|检察院|中级人民法院|人民检察院|供销|粮食|能源|知识产权"
    "|投资促进|招商|档案|地震|海洋|渔业|园林|绿化|房管|房产|房屋|规划|国土|建设|建委|城建|网信|编办|机构编制|组织部|宣传部|统战部|政法委"
    "|社会工作部|老干部|党校|团委|关工委|关心下一代|慈善|社会保险|社保|公共资源|公积金|电力|供电|物价|安监|质监|旅游|移民|扶贫|医改|保密|史志"
)
_STEM_RE = re.compile(STEMS)
# 市 in 市场监管局 and 区 in 区域 are no prefix.
_NOT_PREFIX = re.compile(
    r"市(?:场|政(?:园林|管理|公用|工程|设施|建设|府)|容|民(?:中心|服务中心|热线)|属|值|级|内|外|直|辖|际|区)"
    r"|省(?:会|际|属|级|直|内|外|委)|区(?:域|划|属|级|直|内|块|市|县)|县(?:域|级|直|属|区|市|乡)|州(?:际|级|直|属)|[省市区县州]有关"
)
PARTY_ORGANS = (
    "组织部|宣传部|统战部|政法委|社会工作部|老干部局|网信办|编办|改革办|党校|台办|巡察办|农办|军民融合办|金融办|财经办|办公室|办公厅"
    "|政研室|政策研究室|直属机关工委|机关工委|依法治市办|全面依法治省办|教育工委|两新工委|文明办|农村工作领导小组办公室|外办"
)
_PARTY_ONLY = re.compile("组织部|宣传部|统战部|政法委|社会工作部|老干部局|网信办|编办|党校")
_PARTY_PREFIX = re.compile(
    rf"((?:[一-龥]{{2,6}}?)?(?:自治区党委|省委|市委|区委|县委|州委|盟委|旗委|地委|党工委))(?={PARTY_ORGANS})"
)
_REGION = "自治区|自治州|自治县|新区|省|市|区|县|州|盟|旗"
_PLACED = re.compile(rf"([一-龥]{{2,8}}?(?:{_REGION}))(?=(?:{STEMS}))")
_LEVEL = re.compile(r"(自治区|自治州|自治县|兵团|省|市|区|县|州|盟|旗)(?=[一-龥]{2,})")
_OWN = re.compile(
    rf"(?:中国|国家|国务院|全国|中央|人民银行|各|有关|相关|其他|其它|属地|所在|所属|基层|镇|乡|街道|村|团[省市区县州]?委|共青团|{PROVINCES}"
    r"|海关|[一-龥]{0,4}(?:高新区|开发区|经开区|综保区|保税区|度假区|示范区|功能区|新区)|市级|省级|区级|县级|区县|县区|区市|县市|市县|市区|市属|市直|省直|区直|县直|省属|区属|县属|州直|驻[^、]{1,3}|县（|区（|市（|旗（|教体)"
)
_OWN_END = re.compile(
    r"(?:分局|分行|支行|支局|分公司|公司|集团|海关|日报社|报社|电视台|传媒|大学|学院|学校|银行|医院|专员办|管委会?|管理委员会"
    r"|人民政府|政府|办事处|企业|机构|部门|单位|街道|镇街|总局)$"
)
_CENTRAL_BARE = re.compile(
    r"(?:卫生健康委|医保局|疾控局|中医药局|数据局|药监局|林草局|能源局|统计局|发展改革委|知识产权局|粮食和储备局|乡村振兴局)$"
)
_SUFFIX = (
    "局|委|委员会|部|厅|办|办公室|院|署|会|行|中心|队|政府|公司|单位|部门|联|处|所|馆|校|学校|集团|企业|机构|街道|办事处|乡镇|镇街|区市|区县"
    "|县区|社|台|站|园区|开发区|高新区|新区|县|区|市|镇|乡|大学|银行|海关|总工会|共青团|协会|党校|组|专班|基地|旗|州|盟|府|村|居|法院|科|科室|股|协"
)
PLAUSIBLE = re.compile(
    rf"(?:(?:{_SUFFIX})(?:[（(][^（）()]*[)）])?|各地|属地|各级各部门|全市各级|有关方面|有关各方)$"
)
COMPLETE = re.compile(
    r"(?:局|委|委员会|部|厅|办|办公室|院|署|会|行|中心|队|政府|公司|单位|部门|联|处|社|集团|街道|办事处|企业|机构)$"
)


def prefix_of(name: str) -> tuple[str, str] | None:
    """The (government, party) prefixes that a name carries itself, such as ("市", "市委"); None if it carries none."""
    if match := _PARTY_PREFIX.match(name):
        party = match[1]
        return (party.removesuffix("党委") if party.endswith("党委") else party.removesuffix("委")), party
    if match := re.match(r"团([省市区县州])委", name):
        return match[1], f"{match[1]}委"
    if name.startswith("国家") and _STEM_RE.match(name, 2):
        return "国家", "国家"
    if _NOT_PREFIX.match(name):
        return None
    if match := _LEVEL.match(name):
        level = match[1]
        return level, "自治区党委" if level == "自治区" else f"{level}委"
    if _STEM_RE.match(name) or _OWN.match(name):
        return None
    if match := _PLACED.match(name):
        return match[1], f"{match[1]}委"
    return None


def keeps_own_name(name: str) -> bool:
    """Whether a name without a level prefix stands for itself: 威海金融监管分局, 各区市政府, 人民银行威海市分行."""
    if re.fullmatch(r"[\u4e00-\u9fff]{2,7}部", name) and not _PARTY_ONLY.fullmatch(name):
        return True  # 财政部, 教育部: a ministry
    if _OWN.match(name) or _OWN_END.search(name) or re.search("(?:科|科室|处室|股)$", name):
        return True
    if _STEM_RE.match(name):
        return False
    inner = _STEM_RE.search(name, 2, min(len(name), 8))
    return inner is not None and inner.start() in (2, 3)


def inherit(name: str, prefix: tuple[str, str] | None) -> str:
    """The full name of a unit printed as `name` when the prefixes before it are `prefix`."""
    if prefix is None:
        return name
    government, party = prefix
    if name.startswith("党委"):
        return government + name
    if keeps_own_name(name):
        return name
    if government == "国家":
        return government + name if _CENTRAL_BARE.fullmatch(name) else name
    if _PARTY_ONLY.fullmatch(name):
        return party + name
    return government + name
