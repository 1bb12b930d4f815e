"""How far apart two colours are to people whose eyes differ.

What an eye without one kind of cone makes of a colour is worked out as Machado, Oliveira and
Fernandes do ("A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009; their
matrices of severity 1.0, on linear RGB). The distance is CIEDE2000, after Sharma, Wu and Dalal
(2005), whose pairs of colours test it.
"""

from __future__ import annotations

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

Triple = tuple[float, float, float]

_D65: Triple = (0.95047, 1.0, 1.08883)
_TO_XYZ: tuple[Triple, ...] = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
SIGHTS: dict[str, tuple[Triple, ...]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> Triple:
    """The light of `#rgb` or `#rrggbb`: red, green and blue from 0 to 1."""
    digits = colour.removeprefix("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def seen(colour: str, sight: str) -> Triple:
    """CIELAB coordinates of a colour as one kind of sight has it."""
    light = _times(SIGHTS[sight], linear(colour))
    shown = (_clipped(light[0]), _clipped(light[1]), _clipped(light[2]))
    x, y, z = (
        _root(part / white) for part, white in zip(_times(_TO_XYZ, shown), _D65, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: Triple, other: Triple) -> float:
    """CIEDE2000 between two CIELAB colours."""
    mean_chroma = (hypot(*one[1:]) + hypot(*other[1:])) / 2
    stretch = 1.5 - 0.5 * _saturation(mean_chroma)
    chromas, hues = zip(*(_polar(c[1] * stretch, c[2]) for c in (one, other)), strict=True)
    turn = (hues[1] - hues[0] + 180) % 360 - 180 if all(chromas) else 0.0
    hue = hues[0] + turn / 2 if all(chromas) else sum(hues)
    lightness, chroma = (one[0] + other[0]) / 2, sum(chromas) / 2
    off = (lightness - 50) ** 2
    d_light = (other[0] - one[0]) / (1 + 0.015 * off / sqrt(20 + off))
    d_chroma = (chromas[1] - chromas[0]) / (1 + 0.045 * chroma)
    d_hue = 2 * sqrt(chromas[0] * chromas[1]) * sin(radians(turn / 2))
    d_hue /= 1 + 0.015 * chroma * _hue_weight(hue)
    rotated = radians(60 * exp(-((((hue % 360) - 275) / 25) ** 2)))
    mixed = -2 * _saturation(chroma) * sin(rotated) * d_chroma * d_hue
    return sqrt(d_light**2 + d_chroma**2 + d_hue**2 + mixed)


def _times(matrix: tuple[Triple, ...], vector: Triple) -> Triple:
    first, second, third = (sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _clipped(part: float) -> float:
    return min(1.0, max(0.0, part))


def _root(part: float) -> float:
    return part ** (1 / 3) if part > (6 / 29) ** 3 else part * (29 / 6) ** 2 / 3 + 4 / 29


def _saturation(chroma: float) -> float:
    return sqrt(chroma**7 / (chroma**7 + 25.0**7))


def _polar(a: float, b: float) -> tuple[float, float]:
    return hypot(a, b), degrees(atan2(b, a)) % 360


def _hue_weight(hue: float) -> float:
    return (
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.20 * cos(radians(4 * hue - 63))
    )
