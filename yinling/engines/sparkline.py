"""The little line beside a number: twelve values in, coordinates of an SVG path out."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Sparkline:
    """`paths` are runs of known values (a gap splits them), each an SVG path; `last` is the newest known
    point, `target_y` the height of the target line when it lies in the picture. All in pixels."""

    width: float
    height: float
    paths: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    last: tuple[float, float] | None
    target_y: float | None


def sparkline(
    values: Sequence[float | None],
    *,
    target: float | None = None,
    width: float = 96,
    height: float = 28,
    pad: float = 3,
) -> Sparkline:
    """Lay out `values`, oldest first, over the width; None is a gap. A single value between two gaps is a dot.

    The target is drawn in scale only when it does not flatten the line: within three times the values' span
    of them, or always when the values do not move.
    """
    known = [v for v in values if v is not None]
    if not known:
        return Sparkline(width, height, (), (), None, None)
    low, high = min(known), max(known)
    drawn_target = target is not None and _near(target, low, high)
    if drawn_target and target is not None:
        low, high = min(low, target), max(high, target)
    span = high - low
    step = (width - 2 * pad) / max(len(values) - 1, 1)

    def y(value: float) -> float:
        if span == 0:
            return round(height / 2, 1)
        return round(pad + (high - value) / span * (height - 2 * pad), 1)

    points = [None if v is None else (round(pad + i * step, 1), y(v)) for i, v in enumerate(values)]
    paths, dots = [], []
    for run in _runs(points):
        if len(run) == 1:
            dots.append(run[0])
        else:
            paths.append("M" + " L".join(f"{px:g} {py:g}" for px, py in run))
    last = next(p for p in reversed(points) if p is not None)
    target_y = y(target) if drawn_target and target is not None else None
    return Sparkline(width, height, tuple(paths), tuple(dots), last, target_y)


def _near(target: float, low: float, high: float) -> bool:
    reach = 3 * (high - low)
    return reach == 0 or low - reach <= target <= high + reach


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]
