"""A bulletin's sentences, tables and charts, from its figures: what page and Word document both show."""

from collections.abc import Iterable, Sequence
from typing import Any

Json = dict[str, Any]
_NUMERALS = "一二三四五六七八九十"
_REPORT_WORDS = {"accepted": "已通过", "submitted": "未核实", "draft": "未报", "returned": "退回未改"}
_TONES = {
    "met": "good",
    "ahead": "best",
    "on_course": "info",
    "behind": "warn",
    "overdue": "bad",
    "no_data": "calm",
}
_SECTIONS = [
    ("已达标和超前完成的指标", ("met", "ahead")),
    ("按期推进的指标", ("on_course",)),
    ("滞后的指标", ("behind",)),
    ("逾期未达标的指标", ("overdue",)),
    ("未报数值的指标", ("no_data",)),
]


def compose(content: Json, *, issuer: str, signed_on: str, remark: str = "") -> Json:
    """The whole bulletin in words: title, number, addressee, blocks, annexes."""
    quarter = content["kind"] == "quarter"
    year, number = _series(content)
    period = content["label"]
    return {
        "issuer": issuer,
        "number": f"{'季度通报' if quarter else '月调度通报'}〔{year}〕{number}号",
        "title": f"关于{period}全市养老服务\n重点任务落实情况的通报",
        "addressee": "各区市政府、开发区管委，市直有关部门",
        "remark": remark,
        "signed_on": signed_on,
        "copies_to": "市政府办公室",
        "blocks": _numbered(
            *_opening(content),
            *_overall(content),
            *_indicators(content),
            *_units(content, "departments"),
            *_units(content, "districts"),
            *_changes(content),
            *_wishes(),
        ),
        "annexes": [_detail_annex(content), _source_annex(content)],
    }


def _series(content: Json) -> tuple[str, int]:
    year = content["period"][:4]
    return year, int(content["period"][5:])


def _numbered(*blocks: Json) -> list[Json]:
    """Tables and charts get their numbers in the order in which they stand."""
    counts = {"table": 0, "chart": 0}
    for block in blocks:
        if block["kind"] in counts:
            counts[block["kind"]] += 1
            word = "表" if block["kind"] == "table" else "图"
            block["caption"] = f"{word}{counts[block['kind']]}　{block['caption']}"
    return list(blocks)


def heading(text: str, level: int = 1) -> Json:
    return {"kind": "heading", "level": level, "text": text}


def paragraph(text: str, *, small: bool = False) -> Json:
    return {"kind": "paragraph", "text": text, "small": small}


def table(
    content: Json,
    caption: str,
    columns: Sequence[tuple[str, float, str]],
    rows: Iterable[Sequence[Any]],
    keys: Sequence[str] = (),
) -> Json:
    """`columns` are (title, share of the width, left, center or right); `keys` are the indicators of the rows,
    by which the page opens each into what lies behind it."""
    return {
        "kind": "table",
        "caption": caption,
        "columns": [{"title": t, "share": s, "align": a} for t, s, a in columns],
        "rows": [["—" if cell is None else str(cell) for cell in row] for row in rows],
        "keys": list(keys),
        "note": _stamp(content),
    }


def _stamp(content: Json) -> str:
    """Where each number comes from, short; the annex says it in full."""
    return f"数据来源：{content['month_label']}快照，清单 {content['manifest'][:12]}"


def _opening(content: Json) -> list[Json]:
    said = (
        f"现将{content['label']}全市养老服务重点任务和指标落实情况通报如下。"
        f"本通报数据截至{_day(content['as_of'])}，全部取自{content['month_label']}固化的快照，可以复算。"
    )
    if content["is_partial"]:
        said += f"{content['month_label']}尚未结束，以下均为截至日期的情况。"
    return [paragraph(said)]


def _overall(content: Json) -> list[Json]:
    tally = content["tally"]
    total = sum(t["count"] for t in tally)
    said = f"纳入通报的指标共{total}项，其中{_list_counts(tally)}。"
    if content["before"] is None:
        said += "上一期没有固化的快照，本期不作比较。"
    else:
        differences = [
            f"{t['label']}{'增加' if t['count'] > t['before'] else '减少'}{abs(t['count'] - t['before'])}项"
            for t in tally
            if t["count"] != t["before"]
        ]
        label = content["before"]["label"]
        said += f"与{label}相比，{'，'.join(differences)}。" if differences else f"与{label}相比没有变化。"
    tasks = content["tasks"]
    done = (
        f"责任清单现有任务{tasks['total']}项，其中已完成{tasks['done']}项，正常推进{tasks['on_course']}项，"
        f"有风险{tasks['at_risk']}项，已逾期{tasks['overdue']}项，未启动{tasks['not_started']}项。"
    )
    blocks = [heading("一、总体情况"), paragraph(said)]
    blocks.append(_tally_chart(content, total))
    if tasks["total"]:
        blocks.append(paragraph(done))
    blocks.append(paragraph(_reports(content)))
    return blocks


def _list_counts(tally: Sequence[Json]) -> str:
    return "，".join(f"{t['label']}{t['count']}项" for t in tally if t["count"]) or "均无数值"


def _reports(content: Json) -> str:
    reports = content["reports"]
    month = content["month_label"]
    if not reports["total"]:
        return f"{month}没有开展月调度填报。"
    said = f"{month}调度应报单位{reports['total']}个，审核通过{reports['accepted']}个"
    for key, words in (("not_verified", "已报未核实"), ("not_submitted", "未报"), ("late", "迟报")):
        if reports[key]:
            said += f"；{words}{len(reports[key])}个：{'、'.join(reports[key])}"
    return said + "。"


def _tally_chart(content: Json, total: int) -> Json:
    tally = content["tally"]
    series = [{"name": content["label"], "tone": "info", "values": [t["count"] for t in tally]}]
    if content["before"]:
        series.append(
            {"name": content["before"]["label"], "tone": "calm", "values": [t["before"] for t in tally]}
        )
    return {
        "kind": "chart",
        "caption": f"{content['label']}指标完成情况（共{total}项）",
        "categories": [t["label"] for t in tally],
        "series": series,
        "stacked": False,
        "unit": "项",
        "note": _stamp(content),
    }


def _indicators(content: Json) -> list[Json]:
    blocks = [heading("二、指标完成情况")]
    number = 0
    for name, statuses in _SECTIONS:
        rows = [i for i in content["indicators"] if i["status"] in statuses]
        if not rows:
            continue
        blocks.append(heading(f"（{_NUMERALS[number]}）{name}", 2))
        number += 1
        blocks.append(paragraph(f"共{len(rows)}项，见下表。"))
        blocks.append(
            table(
                content,
                name,
                _indicator_columns(content),
                _indicator_rows(content, rows),
                [r["id"] for r in rows],
            )
        )
    return blocks


def _indicator_columns(content: Json) -> list[tuple[str, float, str]]:
    columns = [("指标", 3.2, "left"), ("目标", 2.1, "left"), ("期限", 2.0, "center"), ("本期", 1.6, "right")]
    if content["before"]:
        columns.append(("较上期", 1.7, "right"))
    return [*columns, ("牵头单位", 2.2, "left")]


def _indicator_rows(content: Json, rows: Sequence[Json]) -> list[list[str]]:
    made = []
    for row in rows:
        cells = [row["name"], row["target_text"], row["target_by"], row["value_text"]]
        if content["before"]:
            cells.append(row["change_text"])
        made.append([*cells, "、".join(row["leads"])])
    return made


def _units(content: Json, kind: str) -> list[Json]:
    """分类通报: by department or by district."""
    units = content[kind]
    department = kind == "departments"
    number, what = ("三", "市直部门") if department else ("四", "区市、开发区")
    blocks = [heading(f"{number}、分{'部门' if department else '区市'}情况")]
    if not units:
        return [*blocks, paragraph(f"没有{what}的数据。")]
    blocks.append(table(content, f"{what}情况", _unit_columns(what), [_unit_row(unit) for unit in units]))
    if not department:
        blocks.append(
            {
                "kind": "chart",
                "caption": "各区市、开发区指标完成情况",
                "categories": [u["name"] for u in units],
                "series": [
                    {
                        "name": t["label"],
                        "tone": _TONES[t["status"]],
                        "values": [u["tally"][index]["count"] for u in units],
                    }
                    for index, t in enumerate(content["tally"])
                ],
                "stacked": True,
                "unit": "项",
                "note": _stamp(content),
            }
        )
        blocks.append(
            paragraph("各区市的比率类指标没有单独目标的，参照全市目标评价；数量类指标只评价有细化目标的。")
        )
    named = [u for u in units if u["overdue"] or u["behind"] or u["late_tasks"]]
    for index, unit in enumerate(named, 1):
        blocks.append(paragraph(f"{index}. {unit['name']}：{_shortcomings(unit)}"))
    if not named:
        blocks.append(paragraph(f"各{what}没有滞后或逾期的事项。"))
    return blocks


def _unit_columns(what: str) -> list[tuple[str, float, str]]:
    numbers = ["达标", "超前", "按期", "滞后", "逾期", "未报", "任务", "已完成", "逾期任务"]
    return [
        (what, 3.2, "left"),
        *((n, 1.0 if len(n) < 3 else 1.2, "right") for n in numbers),
        ("填报", 1.5, "center"),
    ]


def _unit_row(unit: Json) -> list[Any]:
    report = unit["report"]
    said = "—" if report is None else _REPORT_WORDS[report["state"]]
    if report is not None and report["is_late"] and report["state"] in ("accepted", "submitted"):
        said = "迟报"
    counts = [t["count"] for t in unit["tally"]]
    return [
        unit["name"],
        *counts,
        unit["tasks"]["total"],
        unit["tasks"]["done"],
        unit["tasks"]["overdue"],
        said,
    ]


def _shortcomings(unit: Json) -> str:
    parts = []
    if unit["overdue"]:
        parts.append(f"逾期未达标{len(unit['overdue'])}项：{_few(unit['overdue'])}")
    if unit["behind"]:
        parts.append(f"滞后{len(unit['behind'])}项：{_few(unit['behind'])}")
    if unit["late_tasks"]:
        parts.append(f"逾期任务{len(unit['late_tasks'])}项：{_few(unit['late_tasks'], 3)}")
    return "；".join(parts) + "。"


def _few(names: Sequence[str], most: int = 5) -> str:
    return "、".join(names[:most]) + ("等" if len(names) > most else "")


def _changes(content: Json) -> list[Json]:
    blocks = [heading("五、较上期变化")]
    if content["before"] is None:
        return [*blocks, paragraph("上一期没有固化的快照，无法比较。")]
    known = {i["id"]: i for i in content["indicators"]}
    for key, words in (("better", "好转"), ("worse", "转差")):
        rows = [known[i] for i in content[key]]
        said = "、".join(
            f"{r['name']}（{r['before_status_label']}→{r['status_label']}，{r['before_text']}→{r['value_text']}）"
            for r in rows
        )
        blocks.append(paragraph(f"{words}{len(rows)}项{'：' + said if rows else ''}。"))
    return blocks


def _wishes() -> list[Json]:
    return [
        heading("六、工作要求"),
        paragraph(
            "请各责任单位对滞后、逾期未达标和未报的指标逐项核实原因，明确整改措施和完成时限，随下一期调度一并报送；"
            "对数据有异议的，请于收到本通报后向我局提出，按规定程序核实更正。"
        ),
    ]


def _detail_annex(content: Json) -> Json:
    columns = [
        ("指标", 3.4, "left"),
        ("条款", 2.4, "left"),
        ("分子", 1.5, "right"),
        ("分母", 1.5, "right"),
        ("本期", 1.7, "right"),
        ("状态", 1.3, "center"),
        ("数值来源", 1.4, "center"),
    ]
    rows = [
        [
            i["name"],
            i["source"],
            _number(i["numerator"]),
            _number(i["denominator"]),
            i["value_text"],
            i["status_label"] or "不评价",
            i["state_label"],
        ]
        for i in content["indicators"]
    ]
    keys = [i["id"] for i in content["indicators"]]
    return {"title": "指标明细表", "blocks": [table(content, "", columns, rows, keys)]}


def _source_annex(content: Json) -> Json:
    facts = [
        f"本通报的全部数字取自{content['month_label']}快照，数据截至{_day(content['as_of'])}。",
        f"快照清单 SHA-256：{content['manifest']}。",
        f"核对快照是否完好：yinling snapshot verify --month {content['month']}。",
        f"由快照重算全部指标：yinling snapshot show --month {content['month']}。",
        f"重新生成本通报：yinling bulletin {content['kind']} --period {content['period']} --out 通报.docx。",
        "比率由分子、分母计算，四舍五入一次；评价按未舍入的数值进行。上报类指标只采用已核实或已发布的数值。",
    ]
    if content["before"]:
        facts.insert(
            2, f"比较期为{content['before']['label']}，快照清单 SHA-256：{content['before']['manifest']}。"
        )
    return {
        "title": "数据来源和复算说明",
        "blocks": [paragraph(f"{n}. {text}") for n, text in enumerate(facts, 1)],
    }


def _number(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{int(year)}年{int(month)}月{int(day)}日"
