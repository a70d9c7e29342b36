"""Small plain svg pictures, each in an ``<img>``: what cleans the html of an untrusted notebook takes inline svg apart,
and leaves the letters. A picture by address inherits no colour, so all colours stand out on light and dark alike."""

from __future__ import annotations

import math
from typing import Callable, Mapping, Sequence, Tuple

from .markup import ACCENT, escape, image

Point = Tuple[float, float]

SECOND = "#3f8fd2"
GREY = "#808080"
"""Readable on white and on black."""
FONT = "system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif"
_FONT = f"font-family:{FONT};font-size:12px"
_TEXT = f"{_FONT};fill:{GREY}"
_LEVELS = 9
_GRID = 48


def picture(width: int, height: int, label: str, body: str) -> str:
    """A picture with what stands in its place where there are no pictures, and what a screen reader says."""
    from urllib.parse import quote

    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"{body}</svg>"
    )
    return image(quote(svg, safe="=:/,;"), "image/svg+xml;charset=utf-8", label, "margin:4px 0")


def paths_plot(
    first: Sequence[Point], second: Sequence[Point], value: Callable[[float, float], float], names: tuple[str, str]
) -> str:
    """Two paths over the level lines of the function that they go down on.

    Arguments:
        first, second: points, the start first; the second is drawn dashed over the first.
        value: the function.
        names: what the legend calls the two.
    """
    width, height, margin, legend = 400, 260, 10, 40
    xs, ys = zip(*first, *second)
    box = _padded(min(xs), max(xs)), _padded(min(ys), max(ys))

    def place(point: Point) -> Point:
        (left, right), (low, high) = box
        return (
            margin + (point[0] - left) / (right - left) * (width - 2 * margin),
            height - margin - (point[1] - low) / (high - low) * (height - 2 * margin),
        )

    levels = "".join(
        f'<path d="{_segments(value, box, level, place)}" fill="none" stroke="{GREY}" stroke-opacity="0.4"/>'
        for level in _levels(value, box)
    )
    body = (
        levels
        + _trace([place(point) for point in first], ACCENT, 3.5, "")
        + _trace([place(point) for point in second], SECOND, 2, "6 4")
        + _dot(place(first[0]), GREY, "start")
        + _key(margin, height + 14, ACCENT, 3.5, "", names[0])
        + _key(margin, height + 32, SECOND, 2, "6 4", names[1])
    )
    return picture(width, height + legend, f"Paths of {names[0]} (solid) and {names[1]} (dashed)", body)


def line_plot(points: Sequence[tuple[int, float]], label: str) -> str:
    """One curve with the ends of both axes marked, such as a learning rate over the steps."""
    width, height, left, bottom = 400, 150, 64, 24
    xs, ys = zip(*points)
    (x0, x1), (y0, y1) = (min(xs), max(xs)), _padded(min(ys), max(ys))
    placed = [
        (left + (x - x0) / ((x1 - x0) or 1) * (width - left - 10), 8 + (y1 - y) / (y1 - y0) * (height - bottom - 8))
        for x, y in points
    ]
    axis = f'<path d="M{left} 8V{height - bottom}H{width - 10}" fill="none" stroke="{GREY}" stroke-opacity="0.7"/>'
    marks = "".join(
        f'<text x="{left - 6}" y="{8 + (y1 - y) / (y1 - y0) * (height - bottom - 8) + 4:.1f}" text-anchor="end" '
        f'style="{_TEXT}">{y:.3g}</text>'
        for y in sorted({min(ys), max(ys)})
    )
    ends = (
        f'<text x="{left}" y="{height - 6}" style="{_TEXT}">{x0}</text>'
        f'<text x="{width - 10}" y="{height - 6}" text-anchor="end" style="{_TEXT}">step {x1}</text>'
    )
    return picture(width, height, label, axis + _trace(placed, ACCENT, 2, "") + marks + ends)


def timeline_plot(
    rows: Mapping[str, Sequence[tuple[int, int, str]]],
    columns: Sequence[str],
    mark: int,
    colours: Mapping[str, str],
    label: str,
) -> str:
    """Bars over releases: what was so from which release to which.

    Arguments:
        label: what it shows, for those who cannot see it.
        rows: title to bars, each with its first and last column and a text.
        columns: the releases.
        mark: the column to mark as the reader's own; -1 for none.
        colours: background by text, dark enough for white letters.
    """
    left, cell, row, top = 290, 27, 24, 26
    width, height = left + cell * len(columns) + 8, top + row * len(rows) + 18
    parts = [
        f'<text x="{left + cell * (index + 0.5):g}" y="16" text-anchor="middle" style="{_TEXT};font-size:11px">'
        f"{escape(column)}</text>"
        for index, column in enumerate(columns)
    ]
    for number, (title, bars) in enumerate(rows.items()):
        y = top + row * number
        parts.append(f'<text x="{left - 8}" y="{y + 16}" text-anchor="end" style="{_TEXT}">{escape(title)}</text>')
        for first, last, text in bars:
            x, length = left + cell * first + 1, cell * (last - first + 1) - 2
            shown = text if length > 7 * len(text) else text[: max(1, length // 8)]
            parts.append(
                f'<rect x="{x}" y="{y + 2}" width="{length}" height="{row - 4}" rx="3" '
                f'fill="{colours.get(text, GREY)}"/>'
                f'<text x="{x + length / 2:g}" y="{y + 16}" text-anchor="middle" style="{_FONT};fill:#fff">'
                f"{escape(shown)}</text>"
            )
    if mark >= 0:
        x = left + cell * mark
        parts.append(
            f'<rect x="{x}" y="2" width="{cell}" height="{height - 18}" fill="none" stroke="{ACCENT}" '
            f'stroke-width="2" rx="3"/><text x="{x + cell / 2:g}" y="{height - 3}" text-anchor="middle" '
            f'style="{_TEXT};font-weight:600">here</text>'
        )
    return picture(width, height, label, "".join(parts))


def _padded(low: float, high: float) -> tuple[float, float]:
    pad = (high - low) * 0.12 or abs(low) * 0.1 or 1.0
    return low - pad, high + pad


def _trace(points: Sequence[Point], colour: str, width: float, dashes: str) -> str:
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"{dash}/>'
        + "".join(_dot(point, colour, "") for point in points[10::10])
    )


def _dot(point: Point, colour: str, text: str) -> str:
    dot = f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="3" fill="{colour}"/>'
    return dot + (f'<text x="{point[0] + 6:.1f}" y="{point[1] + 4:.1f}" style="{_TEXT}">{text}</text>' if text else "")


def _key(x: float, y: float, colour: str, width: float, dashes: str, text: str) -> str:
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="M{x} {y - 4}H{x + 28}" stroke="{colour}" stroke-width="{width}"{dash}/>'
        f'<text x="{x + 36}" y="{y}" style="{_TEXT}">{escape(text)}</text>'
    )


def _levels(value: Callable[[float, float], float], box: tuple[Point, Point]) -> list[float]:
    """Levels that lie denser near the bottom, where the paths end."""
    (left, right), (low, high) = box
    spots = [(left + (right - left) * i / 12, low + (high - low) * j / 12) for i in range(13) for j in range(13)]
    values = [value(*spot) for spot in spots]
    floor, top = min(values), max(values)
    return [floor + (top - floor) * (index / _LEVELS) ** 2 for index in range(1, _LEVELS)]


def _segments(
    value: Callable[[float, float], float], box: tuple[Point, Point], level: float, place: Callable[[Point], Point]
) -> str:
    """The level line, cell by cell of a grid: where it crosses a cell's two triangles (marching triangles)."""
    (left, right), (low, high) = box
    grid = [
        [(left + (right - left) * i / _GRID, low + (high - low) * j / _GRID) for j in range(_GRID + 1)]
        for i in range(_GRID + 1)
    ]
    heights = [[value(*point) - level for point in column] for column in grid]
    drawn = []
    for i in range(_GRID):
        for j in range(_GRID):
            for corners in (((i, j), (i + 1, j), (i, j + 1)), ((i + 1, j + 1), (i + 1, j), (i, j + 1))):
                crossings = []
                for (a, b), (c, d) in ((corners[0], corners[1]), (corners[1], corners[2]), (corners[2], corners[0])):
                    one, other = heights[a][b], heights[c][d]
                    if (one < 0) != (other < 0):
                        share = one / (one - other)
                        p, q = grid[a][b], grid[c][d]
                        crossings.append(place((p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1]))))
                if len(crossings) == 2 and all(math.isfinite(part) for point in crossings for part in point):
                    drawn.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in crossings))
    return "".join(drawn)
