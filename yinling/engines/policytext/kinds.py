"""Whether a figure is a goal, a figure of the rule, or neither.

A `parameter` is a ceiling, a size, a price, a period or a rate in the rule itself (最高3000万元, 每百户不低于20平方米, 5年内),
a condition (床位100张以上的) included; a `quantity` is what is to be reached; what only describes (5大创新, 超10亿元的企业5家)
is nothing.
"""

from __future__ import annotations

import re

from yinling.engines.policytext.amounts import Amount, has_goal_verb
from yinling.engines.policytext.lexicon import AREA, GOAL_VERBS, LOOSE_VERBS, MONEY, SHARE, TIME
from yinling.engines.policytext.model import TargetKind
from yinling.engines.policytext.subjects import is_hollow

_PRICE = re.compile(
    r"补贴|补助|奖补|奖励|资助|贷款|额度|授信|标准|每人|每月|每床|每张|每户|每名|每家|每位|每个|一次性|最高|收费|限额|保额|缴费|给予|单户|人均|元/|价格|租金|押金|预收"
)
_RATE = re.compile(
    r"利率|费率|额度|税|减按|费用|优惠|折扣|押金|自筹|贷款|承担|报销|支付|补贴|补助|奖励|标准的|上浮|下浮|给付|抵扣|奖补|收费|价格|租金|注册资本|收取"
)
_CHARGE = re.compile("收费|价格|费用|利率|费率|租金|总投资|押金")
_SIZE = re.compile(
    r"建筑面积|使用面积|占地|每百户|人均|每床|每张|每人|户均|面积[不应原]|标准|不低于.{0,3}平方米的"
)
_TOTAL = re.compile(r"新增|新建|建成|改造|总面积|总量|完成|盘活|达到|供应|累计|腾退|每年")
_GATHERED = re.compile("新增|盘活|腾退|累计|总|供应|改造")  # what makes even 建筑面积 a goal
_QUALIFIES = re.compile(
    r"建筑面积|床位数|床位规模|规模在|规模为|满|连续|注册(?!人数|志愿者|量)|年龄|入住(?!率|老|人|的)|从业(?!人|者)"
)
_STANDARD = re.compile(
    r"^的?(?:标准|比例(?!用于|投入)|要求|额度|幅度|优惠|贷款利率|独栋|以下的?独栋)|^以?[内下]的|^[^，。]{0,16}的?标准(?:给予|配|安排|发放|补|建|设)"
)
_CONDITIONAL = re.compile("的(?!比例|给予|按)[一-龥]")
_CONDITION_ENDS = re.compile(
    r"(?:[、和或][\d.]+[一-龥㎡%]{1,4}?(?:以上|以下)?)*的(?:$|[，,])"
)  # 200平方米、300平方米的，
_OF_WHICH = re.compile("[^，、]{2,30}?(?:率|比例|占比)(?!先)")
_LENDING = re.compile(
    "(?:新增|投放|发放|撬动|带动|累计).{0,8}(?:贷款|授信|融资)|(?:余额|规模)(?:达到|突破|超过)"
)
_FUZZY = re.compile(
    r"^(?:方面|环节|阶段|维度|渠道|层面|领域|层次|原则|关键|重点[环领]|字|专题|工作组|专班|字头|月|小时|百分点|位一体)"
)
_DESCRIBED = re.compile(r"^(?:[一-龥]{0,5}(?:及?以[上下])的|的(?!标准|比例)|级(?!以上))[一-龥]")
_RECIPIENTS = re.compile(r"(?:为|向|给|对|将|把|在)[^，]{0,12}$")
_FOR_WHOM = re.compile("对(?!口|接|外)|凡")
_GIVES = re.compile(
    "帮扶|探访|走访|慰问|上门|培训|救助|给予|奖|补|免|减|发放|按|资助|改造|安装|提供|开展|实施|实现|进行|完成|服务"
)
_PER_YEAR = re.compile("每(?:年|半年|季度)")
_PER_TIME = re.compile(r"每(?:周|月|日|天|次|餐)")


def kind_of(amount: Amount, before: str, after: str, *, dated: bool, more: bool) -> TargetKind | None:
    """The kind of a figure from the words before it and behind it in its clause; None where it is no target at all.

    `dated` says whether a deadline governs it, `more` whether the clause holds another figure behind it.
    """
    if more and (_DESCRIBED.match(after) or (amount.unit in TIME and amount.comparator == "<=")):
        return None  # 100张床位以上的机构…比例达到70%: the figure only says which
    if more and amount.comparator is None and amount.unit not in SHARE and _OF_WHICH.match(after):
        if has_goal_verb(before):
            return TargetKind.QUANTITY  # 建成1所床位占比超过80%的福利院
        return None  # 1.2万个设施运营率达到95%
    if more and amount.unit in MONEY and before.endswith(("超", "超过", "过")):
        return None  # 超10亿元企业5家
    if more and amount.comparator is None and before.endswith(("等", "这", "上述", "其余")):
        return None  # 甲、乙等4个试点城市覆盖率达到95%
    if _CONDITION_ENDS.match(after):
        return TargetKind.PARAMETER if amount.comparator or amount.unit in (*MONEY, *SHARE) else None
    if amount.unit in MONEY:
        return _money_kind(amount, before, after, dated)
    if amount.unit in TIME:
        return TargetKind.PARAMETER if amount.comparator else None
    if amount.unit == "星级":
        return TargetKind.QUANTITY
    if amount.unit in AREA:
        return _area_kind(amount, before, after, dated)
    if amount.unit in SHARE:
        return _share_kind(amount, before, after, dated)
    if amount.unit == "比例":
        return TargetKind.PARAMETER if amount.comparator or "比例" in before else None
    return _count_kind(amount, before, after, dated)


def names_recipients(clause: str) -> bool:
    """Whether a clause only says for whom something is: 对年收入首次突破1亿元、5亿元的企业."""
    return _FOR_WHOM.match(clause) is not None and _GIVES.search(clause) is None


def _money_kind(amount: Amount, before: str, after: str, dated: bool) -> TargetKind | None:
    if amount.comparator == "+" and not re.search("每人|每床|每张|每月", before):
        return TargetKind.QUANTITY
    if amount.comparator != "<=" and _LENDING.search(before):
        return TargetKind.QUANTITY
    if amount.comparator == "<=" or _PRICE.search(before + after[:4]) or _STANDARD.match(after):
        return TargetKind.PARAMETER
    if dated or amount.comparator or has_goal_verb(before):
        return TargetKind.QUANTITY
    return None


def _area_kind(amount: Amount, before: str, after: str, dated: bool) -> TargetKind | None:
    sized = _SIZE.search(before + after[:6])
    if amount.comparator == "<=" and amount.unit in ("米", "公里"):
        return TargetKind.PARAMETER  # 服务半径不超过1000米
    built = sized is not None and sized[0] in ("建筑面积", "使用面积")
    if (not sized and (dated or _TOTAL.search(before))) or (built and _GATHERED.search(before)):
        return TargetKind.QUANTITY
    return TargetKind.PARAMETER if amount.comparator or re.search("每百户|人均|每床", before) else None


def _share_kind(amount: Amount, before: str, after: str, dated: bool) -> TargetKind:
    if re.search("年均|同比增长|年增长", before):
        return TargetKind.QUANTITY
    reaching = re.search("(?:覆盖|带动|吸引|推动|支持|引导)(?:不低于|不少于|超过|达到|约)?$", before)
    conditional = _CONDITIONAL.match(after) and not reaching and not is_hollow(before) and not dated
    if conditional:
        return TargetKind.PARAMETER  # 入住率低于30%的机构
    if amount.comparator == "<=" and not dated and not re.search("率|比例|占比|比重", before):
        return TargetKind.PARAMETER
    priced = (_RATE.search(before[-16:] + after[:12]) or _CHARGE.search(before)) and amount.value != 100
    if priced and not (dated and amount.comparator == ">="):
        return TargetKind.PARAMETER
    return TargetKind.PARAMETER if _STANDARD.match(after) else TargetKind.QUANTITY


def _count_kind(amount: Amount, before: str, after: str, dated: bool) -> TargetKind | None:
    """Counts of things: 7家以上智慧养老院 is a target, 300张以上床位的机构 a condition, 3个方面 nothing."""
    if _FUZZY.match(after):
        return None
    if before.startswith("其中") or (amount.unit in ("次", "场", "期") and _PER_YEAR.search(before)):
        return TargetKind.QUANTITY
    if amount.unit == "分" or (amount.unit == "次" and _PER_TIME.search(before)):
        return TargetKind.PARAMETER if amount.comparator else None
    if re.match(r"的(?:养老|机构|[，,]|单位|企业|社区|小区|居住)", after) and not dated:
        return TargetKind.PARAMETER if amount.comparator else None
    if _QUALIFIES.search(before) and not dated and not has_goal_verb(before):
        return TargetKind.PARAMETER if amount.comparator else None
    if not dated and (_STANDARD.match(after) or amount.comparator == "<="):
        return TargetKind.PARAMETER
    if amount.comparator or has_goal_verb(before) or amount.unit in ("人次", "场次", "户次", "列次"):
        return TargetKind.QUANTITY
    if _RECIPIENTS.search(before) and re.search(f"{GOAL_VERBS}|{LOOSE_VERBS}", after):
        return TargetKind.QUANTITY  # 为5000户独居老年人安装…
    return TargetKind.QUANTITY if dated and not amount.chinese else None
