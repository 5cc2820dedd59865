"""The head of a document: title, issuer, document number and date, with or without a letter of transmittal."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import dataclass, field

from yinling.engines.policytext.numerals import ordinal

_ORG = r"(?:人民政府|政府|办公室|办公厅|委员会|局|委|部|厅|署|院|总局|党组|党委|管委会?|联合会|总工会|中心|领导小组|指挥部|专班|支队|总队|银行|分行|协会|联席会议|部门|办|会|[省市区县]委)"
_ORG_LINE = re.compile(rf"[一-龥、（）()·,，\d等 ]{{2,200}}{_ORG}(?:文件)?$")
_KIND = (
    "通知|意见|方案|计划|措施|规划|办法|规定|细则|条例|要点|分工|决定|通告|公告|通报|纲要|清单|指引|指南|规范|标准|函|批复|政策|规则|安排|分解表|任务书|制度|要求"
    "|意见书|倡议|举措|项目|事项|台账|行动|工程|若干条|\\d+条|[一二三四五六七八九十]+条|报告|部署|建议"
)
_TITLE_END = re.compile(
    rf"(?:{_KIND})》?(?:的(?:通知|决定|公告|通告|函))?(?:[（(][^（）()]{{1,24}}[)）])*(?:的(?:通知|决定|公告|通告|函))?$"
)
_TITLE_LINES = 12
_TITLE_GOES_ON = re.compile(r"[（(].*[)）]?(?:的通知)?$|的?(?:通知|意见|决定|公告|函)$|《|》")
_WRAPPER = re.compile(
    r"(?:印发|转发|发布|公布)[《〈]?(?P<inner>.+?)[》〉]?(?:的(?:通知|通告|公告|决定|函))(?:[（(].*[)）])?$"
)
_NUMBER = re.compile(
    r"(?P<org>[一-龥]{1,16}?)[〔\[【（(［﹝](?P<year>\d{4})[〕\]】）)］﹞](?:第)?(?P<serial>\d{1,5})号"
)
_NUMBER_LINE = re.compile(rf"(?:[（(]?(?:发文字号|文号|发文号|字号)?[:：]?){_NUMBER.pattern}[)）]?")
_DATE = re.compile(
    r"(?P<y>\d{4}|[一二][零〇○一二三四五六七八九]{3})年(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})日"
)
_DATE_LINE = re.compile(rf"[（(]?{_DATE.pattern}[)）]?")
_ISO_DATE = re.compile(r"(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})")
_META = re.compile(
    r"(?P<key>索引号|信息索引|主题分类|组配分类|主题词|有效性|文件状态|发文机关|发布机构|发文单位|制定机关|发文机构|发布单位|成文日期|发文日期|印发日期|发布日期|公开日期|发布时间|发文时间|印发时间|生成时间|生成日期|公布日期"
    r"|发文字号|文号|标题|名称|文件名称|来源|信息来源|公开方式|统一编号|字体|浏览次数|信息分类|体裁分类|关键词|内容概述)[:：](?P<value>.*)"
)
_WEB_PAGE = re.compile(
    r"[【\[]?字[号体].{0,12}|.{0,6}打印.{0,10}|首页.{0,60}|.{0,4}当前位置.{0,60}|.{0,4}分享.{0,12}|浏览次数.{0,12}|扫一扫.{0,20}"
)
_ADDRESSEE = re.compile(r"[^。]{2,400}[:：]$")
_NOTICE = re.compile(
    r"(?:信息公开(?:选项|类别|属性)?[:：]?)?(?:主动公开|依申请公开|不予公开)$|(?:联系人|联系电话|联系单位|联系方式|咨询电话|电子邮箱|传真)[:：]|[（(](?:此件|本文|此文|联系|有删减|公开)[^）)]*[)）]$|[（(][^）)]*(?:公开|审议通过|通过)[^）)]*[)）]$"
)
IMPRINT = re.compile(
    r"(?:抄送|主送|分送|报送|主办|承办单位)[:：]|.{0,30}(?:办公室|办公厅|局|委|部)[ 　]*(?:秘书处)?[^。]{0,4}\d{4}年\d{1,2}月\d{1,2}日印发$|校对[:：]|共印\d+份"
)


@dataclass(slots=True)
class Header:
    """What the head says. `roles` gives paragraph index → role; `rest` paragraph index → reason it is unassigned."""

    title: str = ""
    issuer: str | None = None
    document_number: str | None = None
    issued_on: dt.date | None = None
    signed: bool = False
    """Whether the issuer was read from a signature, which names it in full."""
    roles: dict[int, str] = field(default_factory=dict)
    rest: dict[int, str] = field(default_factory=dict)


def read_date(text: str) -> dt.date | None:
    """The first full date in the text, in Arabic or Chinese numerals; None if there is none or it is no date."""
    match = _DATE.search(text) or _ISO_DATE.search(text)
    if match is None:
        return None
    year, month, day = (ordinal(match[k]) for k in "ymd")
    try:
        return dt.date(year or 0, month or 0, day or 0)
    except ValueError:
        return None


def is_display(paragraph: str) -> bool:
    """Whether the paragraph stands alone as a heading line does: short, no sentence in it."""
    return len(paragraph) <= 90 and not re.search("[。；！？]", paragraph) and "\t" not in paragraph


def is_org_line(paragraph: str) -> bool:
    """Whether the paragraph is nothing but the name of one or several bodies, as a signature is."""
    return is_display(paragraph) and "关于" not in paragraph and _ORG_LINE.fullmatch(paragraph) is not None


def is_date_line(paragraph: str) -> bool:
    """Whether the paragraph is nothing but a date."""
    return _DATE_LINE.fullmatch(paragraph) is not None


def is_notice(paragraph: str) -> bool:
    """Whether the paragraph is a bracketed note such as （此件公开发布）."""
    return _NOTICE.match(paragraph) is not None


def issuer_name(text: str) -> str:
    """The names of the issuing bodies with 、 between them."""
    bare = re.sub(r"文件$", "", text.strip("（）() "))
    return "、".join(part for part in re.split(r"[ \n]+", bare) if part)


def read_header(paragraphs: list[str], end: int) -> Header:
    """Read the paragraphs before the first numbered heading, paragraphs[:end]."""
    return _HeaderReader(paragraphs[:end]).read()


class _HeaderReader:
    """Walks the head once, collecting lines that may make up a title."""

    def __init__(self, paragraphs: list[str]) -> None:
        self.paragraphs = paragraphs
        self.header = Header()
        self.titles: list[tuple[str, list[int]]] = []
        self.pending: list[int] = []
        self.dates: list[tuple[int, dt.date]] = []  # (rank, date): a smaller rank wins
        self.issuers: list[tuple[int, str]] = []

    def read(self) -> Header:
        for index, paragraph in enumerate(self.paragraphs):
            if not self._field(index, paragraph):
                self._text(index, paragraph)
        self._flush()
        self._settle()
        return self.header

    def _field(self, index: int, paragraph: str) -> bool:
        """Take up the paragraph if it is a number, a date, metadata, an addressee or a note."""
        header = self.header
        if (match := _NUMBER_LINE.fullmatch(paragraph)) or (
            len(paragraph) < 60
            and (match := _NUMBER.search(paragraph))
            and _DATE.search(paragraph)
            and is_display(paragraph)
        ):
            self._flush()
            org = re.sub(r"^.*(?:日|号|[:：])", "", match["org"])
            header.document_number = header.document_number or f"{org}〔{match['year']}〕{match['serial']}号"
            header.roles[index] = "document_number"
            if (on := read_date(paragraph)) is not None:
                self.dates.append((1, on))
            return True
        if (match := _META.fullmatch(paragraph)) is not None:
            self._flush()
            self._meta(match["key"], match["value"].strip())
            header.roles[index] = "metadata"
            return True
        if _WEB_PAGE.fullmatch(paragraph):
            self._flush()
            header.rest[index] = "unrecognised"
            return True
        if _ISO_DATE.fullmatch(paragraph):
            self._flush()
            header.roles[index] = "metadata"
            if (on := read_date(paragraph)) is not None:
                self.dates.append((3, on))
            return True
        if is_date_line(paragraph) and (on := read_date(paragraph)) is not None:
            self._sign()
            self.dates.append((0 if paragraph[0] not in "（(" else 1, on))
            header.roles[index] = "issued_on"
            return True
        if _NOTICE.match(paragraph) and "征求意见" not in paragraph:
            self._flush()
            header.rest[index] = "notice"
            return True
        if _ADDRESSEE.fullmatch(paragraph) and re.search("各|政府|部门|单位|委员会|局|厅", paragraph):
            self._flush()
            header.rest[index] = "addressee"
            return True
        return False

    def _meta(self, key: str, value: str) -> None:
        if ("日期" in key or "时间" in key) and (on := read_date(value)) is not None:
            self.dates.append((2 if key[:2] in ("成文", "发文", "印发") else 3, on))
        elif key in ("发文机关", "发布机构", "发文单位", "制定机关", "发文机构", "发布单位") and value:
            self.issuers.append((3, value))
        elif "号" in key and key != "索引号" and (match := _NUMBER.search(value)):
            self.header.document_number = (
                self.header.document_number or f"{match['org']}〔{match['year']}〕{match['serial']}号"
            )

    def _text(self, index: int, paragraph: str) -> None:
        """A display line goes to the pending title; prose ends it."""
        if "\t" in paragraph:
            self._flush()
            self.header.rest[index] = "table"
            return
        if (
            not is_display(paragraph)
            or paragraph.endswith(("：", ":"))
            or (len(paragraph) > 60 and "，" in paragraph)
        ):
            self._flush()
            wrapped = any(_WRAPPER.search(title) for title, _ in self.titles)
            late = len(self.titles) > 1 or not wrapped
            self.header.rest[index] = "preamble" if late else "transmittal"
            return
        if paragraph in ("附件", "附") or re.fullmatch(r"附件\d*[:：]?.{0,60}", paragraph):
            self._flush()
            self.header.rest[index] = "attachment"
            return
        ended = len(self.pending) > _TITLE_LINES or (self.pending and self._complete())
        if ended and not _TITLE_GOES_ON.match(paragraph):
            self._flush()
        self.pending.append(index)

    def _joined(self) -> str:
        parts = [self.paragraphs[i] for i in self.pending]
        text = parts[0] if parts else ""
        for left, right in itertools.pairwise(parts):
            text += (" " if is_org_line(left) and is_org_line(right) else "") + right
        return text

    def _complete(self) -> bool:
        return _TITLE_END.search(self._joined()) is not None

    def _sign(self) -> None:
        """The pending lines stand right above a date: if they name bodies, they are the signature."""
        signers: list[int] = []
        while self.pending and is_org_line(self.paragraphs[self.pending[-1]]):
            signers.insert(0, self.pending.pop())
        self._flush()
        if signers:
            self.issuers.append((0, issuer_name(" ".join(self.paragraphs[i] for i in signers))))
            self.header.roles |= dict.fromkeys(signers, "issuer")

    def _flush(self) -> None:
        """Make what is pending a title if it reads as one, else set it aside."""
        pending = self.pending
        while (
            pending
            and self.paragraphs[pending[0]].endswith("文件")
            and is_org_line(self.paragraphs[pending[0]])
        ):
            self.issuers.append((2, issuer_name(self.paragraphs[pending[0]])))
            self.header.roles[pending.pop(0)] = "issuer"
        if pending and self._complete():
            for index in self._before_title(pending):
                self.header.rest[index] = "unrecognised"
                pending.remove(index)
            self.titles.append((self._joined(), list(pending)))
        elif pending and all(is_org_line(self.paragraphs[i]) for i in pending):
            self.issuers.append((2, issuer_name(" ".join(self.paragraphs[i] for i in pending))))
            self.header.roles |= dict.fromkeys(pending, "issuer")
        else:
            for index in pending:
                self.header.rest[index] = "unrecognised"
        self.pending = []

    def _before_title(self, pending: list[int]) -> list[int]:
        """Lines of a web page that stand right above a title: all before 关于 but the names of the issuers."""
        for place, index in enumerate(pending):
            if re.search("关于|印发|转发", self.paragraphs[index]):
                first = place
                while first and is_org_line(self.paragraphs[pending[first - 1]]):
                    first -= 1
                return pending[:first]
        return []

    def _settle(self) -> None:
        header = self.header
        for title, indexes in self.titles:
            header.roles |= dict.fromkeys(indexes, "wrapper_title" if _WRAPPER.search(title) else "title")
        if not self.titles and not header.title:
            self._title_of_leftovers()
        wrappers = [t for t, _ in self.titles if _WRAPPER.search(t)]
        own = [t for t, _ in self.titles if not _WRAPPER.search(t)]
        if wrappers and own:
            header.title = own[-1]
        elif own:
            header.title = own[0]
        elif wrappers and (match := _WRAPPER.search(wrappers[-1])):
            header.title = match["inner"]
        for title in wrappers + own:
            if (
                match := re.match(rf"(.{{1,150}}?{_ORG})(?:关于|印发|\d{{4}}年)", title)
            ) and "《" not in match[1]:
                self.issuers.append((1, issuer_name(match[1])))
        if self.issuers:
            rank, header.issuer = min(self.issuers, key=lambda pair: pair[0])
            header.signed = rank == 0
        header.issued_on = min(self.dates, key=lambda pair: pair[0])[1] if self.dates else None

    def _title_of_leftovers(self) -> None:
        """No line ends as a title does: take the first display lines in a row, if any."""
        left = sorted(index for index, reason in self.header.rest.items() if reason == "unrecognised")
        run = [i for n, i in enumerate(left) if i == left[0] + n]
        if run:
            self.header.title = "".join(self.paragraphs[i] for i in run)
            for index in run:
                del self.header.rest[index]
                self.header.roles[index] = "title"
