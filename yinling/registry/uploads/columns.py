"""The columns that a file of people may have, and which heading means which."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    NAME = "name"
    ID_KIND = "id_kind"
    ID_NUMBER = "id_number"
    SEX = "sex"
    BORN_ON = "born_on"
    DIVISION_CODE = "division_code"
    DISTRICT = "district"
    TOWN = "town"
    VILLAGE = "village"
    DIVISION = "division"
    ADDRESS = "address"
    PHONE = "phone"
    HUKOU = "hukou"
    LIVING = "living"
    INSURANCE = "insurance"
    CATEGORIES = "categories"
    CATEGORIES_FROM = "categories_from"
    CATEGORIES_SOURCE = "categories_source"
    CATEGORIES_DOCUMENT = "categories_document"
    GUARDIAN_NAME = "guardian_name"
    GUARDIAN_RELATION = "guardian_relation"
    GUARDIAN_PHONE = "guardian_phone"
    CONTACT_NAME = "contact_name"
    CONTACT_RELATION = "contact_relation"
    CONTACT_PHONE = "contact_phone"
    REGISTERED_ON = "registered_on"


@dataclass(frozen=True)
class Column:
    """`synonyms` are headings met in the files of bureaus and committees, beside the label."""

    field: Field
    label: str
    note: str
    example: str
    synonyms: tuple[str, ...] = ()
    width: int = 14
    in_template: bool = True


COLUMNS = (
    Column(Field.NAME, "姓名", "必填。按证件填写，少数民族姓名中的“·”保留。", "王建国", ("老人姓名", "老年人姓名", "人员姓名", "户主姓名"), 12),
    Column(
        Field.ID_KIND, "证件类型", "不填即按居民身份证。可选：居民身份证、港澳台居民居住证、外国人永久居留身份证、护照、港澳台居民来往内地（大陆）通行证。",
        "居民身份证", ("证件种类", "证件名称", "证照类型"), 16,
    ),
    Column(
        Field.ID_NUMBER, "证件号码", "必填。单元格请设为“文本”格式，否则 Excel 会把后几位变成 0。", "371002194505061238",
        ("身份证号", "身份证号码", "公民身份号码", "公民身份证号", "公民身份证号码", "居民身份证号", "居民身份证号码", "身份证",
         "证件号", "身份号码", "老人身份证号", "老年人身份证号", "本人身份证号"), 22,
    ),
    Column(Field.SEX, "性别", "用身份证的不用填；护照、通行证必填。", "", (), 8),
    Column(Field.BORN_ON, "出生日期", "用身份证的不用填；护照、通行证必填。", "", ("出生年月日", "出生年月", "生日"), 12),
    Column(Field.DISTRICT, "区市", "镇街名称不重复时可以不填。", "环翠区", ("区县", "县区", "县市区", "所属区市", "所在区县", "区（市）", "县（市、区）"), 12),
    Column(Field.TOWN, "镇街", "村居名称在您的辖区内不重复时可以不填。", "环翠楼街道", ("街道", "乡镇", "镇", "街镇", "乡镇街道", "镇（街道）", "街道（乡镇）", "所属街道", "所属镇街", "乡镇（街道）"), 14),
    Column(Field.VILLAGE, "村居", "必填（或填“村居代码”）。", "东北村居委会", ("村", "社区", "村社区", "村（居）", "居委会", "村（社区）", "社区（村）", "所属社区", "村居名称", "所在村居", "村居委会", "村委会"), 18),
    Column(Field.DIVISION_CODE, "村居代码", "12 位统计用区划代码。填了代码就以代码为准。", "", ("区划代码", "行政区划代码", "村居编码", "区划编码", "统计用区划代码", "社区代码"), 16),
    Column(Field.DIVISION, "居住地", "也可以把区市、镇街、村居写在一格里。", "", ("所属区划", "行政区划", "所在区划", "居住区划", "所属辖区"), 24, False),
    Column(Field.ADDRESS, "详细地址", "门牌号、楼号、房号。", "文化中路 12 号 3 单元 401", ("地址", "居住地址", "住址", "家庭住址", "家庭地址", "现住址", "现居住地址", "常住地址", "联系地址"), 30),
    Column(Field.PHONE, "联系电话", "手机或带区号的固定电话，一格一个。", "10012345678", ("电话", "手机", "手机号", "手机号码", "电话号码", "本人电话", "联系方式", "老人电话"), 15),
    Column(Field.HUKOU, "户籍地", "区市、镇街、村居写在一格里，或填代码；市外户籍可不填。", "", ("户口所在地", "户籍所在地", "户籍区划"), 24),
    Column(Field.LIVING, "居住状况", "可选：与家人同住、与配偶同住、独居、入住机构。不填按与家人同住。", "与配偶同住", ("居住情况", "居住类型", "居住方式"), 14),
    Column(Field.INSURANCE, "医疗保险", "可选：职工、居民、其他、未参保。", "居民", ("医保类型", "医疗保险类型", "参保类型", "医保", "医保种类", "参保险种"), 12),
    Column(
        Field.CATEGORIES, "人员类别", "可填多个，用顿号分开：特困人员、低保、低保边缘、独居、空巢、留守、失能、失智、重度残疾、高龄、计划生育特殊家庭、优抚对象。",
        "低保、高龄", ("类别", "老人类别", "老年人类别", "人员类型", "对象类别", "身份类别", "特殊类别", "老人类型"), 22,
    ),
    Column(Field.CATEGORIES_FROM, "类别生效日期", "不填按导入当天。", "2025-01-01", ("认定日期", "类别认定日期", "认定时间"), 14),
    Column(Field.CATEGORIES_SOURCE, "认定来源", "不填写作本次导入的回执号。", "环翠区民政局", ("认定单位", "认定部门", "类别来源"), 18),
    Column(Field.CATEGORIES_DOCUMENT, "认定文书", "文书名称和编号。", "", ("文书编号", "认定文号"), 16),
    Column(Field.GUARDIAN_NAME, "监护人姓名", "", "王强", ("监护人",), 12),
    Column(Field.GUARDIAN_RELATION, "监护人关系", "填了监护人就要填。", "长子", ("与监护人关系", "监护关系"), 12),
    Column(Field.GUARDIAN_PHONE, "监护人电话", "", "10087654321", ("监护人联系电话", "监护人手机", "监护人手机号"), 15),
    Column(Field.CONTACT_NAME, "联系人姓名", "", "", ("联系人", "紧急联系人", "紧急联系人姓名", "家属姓名", "子女姓名"), 12),
    Column(Field.CONTACT_RELATION, "联系人关系", "填了联系人就要填。", "", ("与老人关系", "与老年人关系", "关系", "与本人关系", "紧急联系人关系"), 12),
    Column(Field.CONTACT_PHONE, "联系人电话", "", "", ("紧急联系人电话", "家属电话", "子女电话", "联系人手机", "联系人联系电话", "紧急联系电话"), 15),
    Column(Field.REGISTERED_ON, "建档日期", "不填按导入当天。", "", ("登记日期", "建档时间"), 12),
)  # fmt: skip
BY_FIELD = {c.field: c for c in COLUMNS}
LABELS = {c.field: c.label for c in COLUMNS}
_NOT_OF_A_HEADING = re.compile(r"[\s*＊:：_\-—()（）\[\]【】/、．.·\"'“”﻿]+")
# What results.py adds to a file: such a file may be corrected and sent again.
RESULT_HEADINGS = ("导入结果", "导入说明")


def plain_heading(text: str) -> str:
    """`*身份证号 （必填）` → `身份证号必填` → without the tail."""
    plain = _NOT_OF_A_HEADING.sub("", text)
    for tail in ("必填", "选填", "可不填", "文本格式"):
        plain = plain.removesuffix(tail)
    return plain


_BY_HEADING = {
    plain_heading(heading): column.field for column in COLUMNS for heading in (column.label, *column.synonyms)
}


def field_of(heading: str) -> Field | None:
    return _BY_HEADING.get(plain_heading(heading))


def guess_mapping(headings: Sequence[str]) -> list[str]:
    """The field of each heading, empty for none; of two columns that mean the same the first one."""
    seen: set[Field] = set()
    mapping = []
    for heading in headings:
        field = field_of(heading)
        if field is None or field in seen:
            mapping.append("")
        else:
            seen.add(field)
            mapping.append(field.value)
    return mapping


def known_headings(cells: Iterable[str]) -> int:
    return sum(1 for cell in cells if field_of(cell) is not None)


def missing_columns(mapping: Iterable[str]) -> list[str]:
    """What a file must have and lacks, in words."""
    has = set(mapping)
    missing = [LABELS[f] for f in (Field.NAME, Field.ID_NUMBER) if f not in has]
    if not has & {Field.DIVISION_CODE, Field.VILLAGE, Field.DIVISION}:
        missing.append("村居（或村居代码、居住地）")
    return missing


def twice_mapped(mapping: Iterable[str]) -> list[str]:
    """Labels of fields that more than one column was mapped to."""
    chosen = [m for m in mapping if m]
    return [LABELS[Field(m)] for m in dict.fromkeys(chosen) if chosen.count(m) > 1]
