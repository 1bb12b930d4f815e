"""Tiles: one KPI each, with its status, its target, its changes and its course."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tallybook.judge.model import Status, Verdict
from tallybook.present import charts, view
from tallybook.present.figures import NOTHING, Precision, full, precision

if TYPE_CHECKING:
    from tallybook.judge import model
    from tallybook.present.anchors import Anchors
    from tallybook.present.language import Language

SPARK_HEIGHT = 32.0
TENFOLD = 10

_TONES: dict[Status, view.Tone] = {
    Status.ON_TRACK: "good",
    Status.WATCH: "watch",
    Status.OFF_TRACK: "bad",
    Status.NO_DATA: "none",
    Status.NO_TARGET: "none",
    Status.TOO_FEW: "none",
    Status.MATURING: "none",
}
_VERDICT_TONES: dict[Verdict, Literal["better", "worse", "same"]] = {
    Verdict.BETTER: "better",
    Verdict.WORSE: "worse",
    Verdict.NO_CHANGE: "same",
    Verdict.NEUTRAL: "same",
    Verdict.UNKNOWN: "same",
}


def tile(card: model.Tile, section: int, anchors: Anchors, speech: Language) -> view.Tile:
    """One tile of a section."""
    cut = tile_precision(card)
    series = card.series
    return view.Tile(
        id=anchors.tile(card.metric.name, section),
        name=speech.own(card.metric.label) or card.metric.name,
        href=anchors.to_definition(card.metric.name),
        value=speech.figure(card.value, card.metric, cut),
        chip=chip(card, speech),
        target=target(card, cut, speech),
        target_full=target(card, full(cut), speech),
        distance=distance(card, cut, speech),
        bullet=_bullet(card, mirrored=speech.mirrored),
        deltas=_deltas(card, cut, speech),
        spark=_spark(card, mirrored=speech.mirrored),
        first_label=speech.calendar.short(series[0].period) if series else "",
        last_label=speech.calendar.short(series[-1].period) if len(series) > 1 else "",
        advice=speech.own(card.advice),
        aside=_aside(card, speech),
    )


def _aside(card: model.Tile, speech: Language) -> str:
    if card.vanity is None:
        return ""
    words, reason = speech.text("tile.vanity"), speech.own(card.vanity)
    return f"{words}: {reason}" if reason else words


def tile_precision(card: model.Tile) -> Precision:
    """The cut of a tile's numbers, after its value, else its target, else its newest point."""
    newest = next((p.value for p in reversed(card.series) if p.value is not None), None)
    return precision(card.metric.unit, card.metric.decimals, card.value, card.target, newest)


def chip(card: model.Tile, speech: Language) -> view.Chip:
    """The status of a tile; with the number of cases where they are too few."""
    if card.status is Status.TOO_FEW and card.sample is not None:
        sample = speech.figures.integer(card.sample)
        text = speech.text("status.too_few_of", n=sample)
        return view.Chip(card.status.value, _TONES[card.status], text)
    return status_chip(card.status, speech)


def status_chip(status: Status, speech: Language) -> view.Chip:
    """A status in words."""
    return view.Chip(status.value, _TONES[status], speech.text(f"status.{status.value}"))


def target(card: model.Tile, cut: Precision, speech: Language) -> str:
    """`Target 1,000`; a range as `Target 18 to 22`; in a period not over, what is due so far."""
    if card.target_range is not None:
        low, high = (speech.figures.value(v, card.metric.unit, cut) for v in card.target_range)
        return speech.text("target.range", low=low, high=high)
    if card.target is None:
        return ""
    shown = speech.figures.value(card.target, card.metric.unit, cut)
    if card.target_whole is not None:
        whole = speech.figures.value(card.target_whole, card.metric.unit, cut)
        return speech.text("target.so_far", n=shown, whole=whole)
    return speech.text("target.is", n=shown)


def distance(card: model.Tile, cut: Precision, speech: Language) -> str:
    """`8.8% below`; for percent metrics in points, since a share of a share misleads."""
    if card.value is None:
        return ""
    if card.target_range is not None:
        low, high = card.target_range
        key = (
            "below_range" if card.value < low else "above_range" if card.value > high else "within"
        )
        return speech.text(f"target.{key}")
    if card.target is None:
        return ""
    gap = card.value - card.target
    size = _gap(card, abs(gap), cut, speech)
    if not any(digit.isdigit() and digit not in "0٠" for digit in size):
        return speech.text("target.met")
    return speech.text("target.above" if gap > 0 else "target.below", n=size)


def _gap(card: model.Tile, gap: float, cut: Precision, speech: Language) -> str:
    if card.metric.unit.kind == "percent":
        return speech.figures.points(gap, cut.decimals, signed=False)
    if card.target_distance is None or abs(card.target_distance) >= TENFOLD:
        return speech.figures.value(gap, card.metric.unit, cut)
    return speech.figures.percent(abs(card.target_distance), 1)


def _deltas(card: model.Tile, cut: Precision, speech: Language) -> tuple[view.Delta, ...]:
    """One per comparison; none where there is no value to compare."""
    if card.value is None:
        return ()
    return tuple(_delta(card, change, cut, speech) for change in card.changes)


def _delta(card: model.Tile, change: model.Change, cut: Precision, speech: Language) -> view.Delta:
    return view.Delta(
        direction=_direction(change),
        size=_size(card, change, cut, speech),
        against=speech.text("change.against", period=speech.calendar.short(change.period)),
        verdict=_verdict(change, speech),
        tone=_VERDICT_TONES[change.verdict],
    )


def _direction(change: model.Change) -> Literal["up", "down", "flat"]:
    if change.verdict in (Verdict.NO_CHANGE, Verdict.UNKNOWN) or not change.difference:
        return "flat"
    return "up" if change.difference > 0 else "down"


def _size(card: model.Tile, change: model.Change, cut: Precision, speech: Language) -> view.Figure:
    """Relative, except where that misleads: percent metrics in points, scores in their own unit.

    Tenfold and more is no change in percent any reader can judge: the difference stands instead.
    """
    relative = card.metric.unit.kind not in ("percent", "score")
    if change.difference is None:
        text, raw = NOTHING, ""
    elif relative and change.ratio is not None and abs(change.ratio) < TENFOLD:
        text, raw = speech.figures.change(change.ratio), repr(change.ratio)
    else:
        text = speech.figures.signed(change.difference, card.metric.unit, cut)
        raw = repr(change.difference)
    return view.Figure(text, text, raw)


def _verdict(change: model.Change, speech: Language) -> str:
    match change.verdict:
        case Verdict.NEUTRAL:
            return ""
        case Verdict.BETTER | Verdict.WORSE | Verdict.NO_CHANGE | Verdict.UNKNOWN:
            return speech.text(f"change.{change.verdict.value}")


def _bullet(card: model.Tile, *, mirrored: bool) -> charts.Bullet | None:
    if card.scale is None or card.value is None:
        return None
    if card.target_range is not None:
        return charts.range_bullet(card.value, card.target_range, card.scale, mirrored=mirrored)
    return charts.bullet(card.value, card.target, card.scale, mirrored=mirrored)


def _spark(card: model.Tile, *, mirrored: bool) -> charts.Line | None:
    values = [point.value for point in card.series]
    return charts.line(
        values,
        scale=charts.close_scale([*values, card.target], SPARK_HEIGHT),
        target=card.target,
        partial=bool(card.series) and card.series[-1].period.partial,
        mirrored=mirrored,
    )
