"""Charts for the Word document, drawn without a screen; the page draws the same figures in the browser.

A font with Chinese is looked for on the machine. Without one the bars carry letters, and the caption says what
each letter stands for: no chart is ever full of empty boxes.
"""

import io
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",  # the first face of the collection that Debian installs: the same glyphs
    "Source Han Sans SC",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Noto Serif CJK SC",
    "Noto Serif CJK JP",
    "SimSun",
)
_TONES = {
    "good": "#2e7d57",
    "best": "#7fb69a",
    "info": "#1f5f8b",
    "warn": "#d9982b",
    "bad": "#b3312c",
    "calm": "#b9b4a5",
}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_drawing = threading.Lock()  # matplotlib is not safe in threads


@lru_cache(maxsize=1)
def chinese_font() -> str | None:
    """The name of an installed font with Chinese, or None."""
    there = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in _FONTS if name in there), None)


def draw(chart: dict[str, Any], *, font: str | None) -> bytes:
    """A chart block of `text` as PNG: lying bars, side by side or stacked, each with its number."""
    with _drawing, matplotlib.rc_context(_settings(font)):
        names = _labels(chart["categories"], font)
        rows = len(names)
        figure = Figure(figsize=(6.2, 1.1 + rows * (0.36 if chart["stacked"] else 0.46)), dpi=200)
        axes = figure.add_subplot()
        (_stacked if chart["stacked"] else _grouped)(axes, chart["series"], rows, font)
        axes.set_yticks(range(rows), names)
        axes.invert_yaxis()
        axes.xaxis.set_visible(False)
        for side in ("top", "right", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(axis="y", length=0)
        if len(chart["series"]) > 1:
            axes.legend(
                loc="upper center",
                bbox_to_anchor=(0.45, -0.02),
                ncols=min(len(chart["series"]), 6),
                frameon=False,
                fontsize=9,
                handlelength=1,
                columnspacing=1,
            )
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", bbox_inches="tight", metadata={"Software": None})
    return buffer.getvalue()


def key_to_letters(chart: dict[str, Any]) -> str:
    """What the letters of a chart without a Chinese font stand for."""
    names = [f"{_LETTERS[i]} {name}" for i, name in enumerate(chart["categories"])]
    series = [f"S{i + 1} {s['name']}" for i, s in enumerate(chart["series"])]
    return f"（本机没有中文字体，图中：{'，'.join(names)}；{'，'.join(series)}）"


def describe(chart: dict[str, Any]) -> str:
    """The figures of a chart in words, for those who do not see it."""
    return "；".join(
        f"{name}：" + "，".join(f"{s['name']} {s['values'][i]}" for s in chart["series"])
        for i, name in enumerate(chart["categories"])
    )


def _settings(font: str | None) -> dict[str, Any]:
    return {
        "font.family": [font or "DejaVu Sans"],
        "font.size": 10,
        "axes.unicode_minus": False,
        "axes.edgecolor": "#8a8777",
        "svg.hashsalt": "yinling",
    }


def _labels(names: Sequence[str], font: str | None) -> list[str]:
    return list(names) if font else [_LETTERS[i] for i in range(len(names))]


def _series_label(series: dict[str, Any], index: int, font: str | None) -> str:
    return series["name"] if font else f"S{index + 1}"


def _stacked(axes: Axes, series: Sequence[dict[str, Any]], rows: int, font: str | None) -> None:
    left = [0] * rows
    for index, one in enumerate(series):
        values = [v or 0 for v in one["values"]]
        bars = axes.barh(
            range(rows),
            values,
            left=left,
            height=0.62,
            color=_TONES[one["tone"]],
            edgecolor="white",
            linewidth=0.8,
            label=_series_label(one, index, font),
        )
        dark = one["tone"] in ("good", "info", "bad")
        axes.bar_label(
            bars,
            [str(v) if v else "" for v in values],
            label_type="center",
            color="white" if dark else "#1c1b17",
            fontsize=9,
        )
        left = [a + b for a, b in zip(left, values, strict=True)]


def _grouped(axes: Axes, series: Sequence[dict[str, Any]], rows: int, font: str | None) -> None:
    height = 0.72 / len(series)
    for index, one in enumerate(series):
        at = [row - 0.36 + height * (index + 0.5) for row in range(rows)]
        values = [v or 0 for v in one["values"]]
        bars = axes.barh(
            at,
            values,
            height=height * 0.9,
            color=_TONES[one["tone"]],
            label=_series_label(one, index, font),
        )
        axes.bar_label(bars, [str(v) for v in values], padding=4, fontsize=9)
