"""The picture of accuracy over speed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from convcat.charts import Picture


def frontier(points: dict[str, tuple[float, float, float, float]], out: Path) -> None:
    """Draw macro-F1 (with interval) over texts a second."""
    width, height, left, bottom = 720, 360, 70, 50
    low = min(p[2] for p in points.values()) - 0.02
    high = max(p[3] for p in points.values()) + 0.02
    speeds = [p[0] for p in points.values()]
    least, most = np.log10(min(speeds)) - 0.3, np.log10(max(speeds)) + 0.5

    def x(value: float) -> float:
        return left + (np.log10(value) - least) / (most - least) * (width - left - 20)

    def y(value: float) -> float:
        return 20 + (high - value) / (high - low) * (height - bottom - 20)

    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13"><title>Macro-F1 over speed</title>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
    )
    levels = [
        f'<path d="M{left} {y(tick):.1f}H{width - 20}" stroke="#ddd"/>'
        f'<text x="{left - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:.2f}</text>'
        for tick in np.arange(np.ceil(low * 20) / 20, high, 0.05)
    ]
    decades = [
        f'<text x="{x(10.0**power):.1f}" y="{height - 28}" text-anchor="middle">{10**power:,}</text>'
        for power in range(int(np.ceil(least)), int(np.floor(most)) + 1)
    ]
    parts = [head, *levels, *decades]
    parts.append(
        f'<text x="{(left + width) / 2}" y="{height - 8}" text-anchor="middle">texts of 60 words a '
        "second, two cores (logarithmic)</text>"
    )
    for name, (rate, value, below, above) in points.items():
        side = 1 if x(rate) < 0.7 * width else -1
        colour = "#0b6e99" if name.startswith("ecommerce") else "#777"
        parts.append(
            f'<path d="M{x(rate):.1f} {y(below):.1f}V{y(above):.1f}" stroke="{colour}" '
            f'stroke-width="2"/><circle cx="{x(rate):.1f}" cy="{y(value):.1f}" r="5" '
            f'fill="{colour}"/><text x="{x(rate) + side * 9:.1f}" y="{y(value) + 4:.1f}" '
            f'text-anchor="{"start" if side > 0 else "end"}">{name}</text>'
        )
    Picture("".join(parts) + "</svg>").write_svg(out)
    print(f"\nwrote {out}")
