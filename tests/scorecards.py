"""Judged scorecards made up as plain data: what the pages are tested with."""
# ruff: noqa: E501 - a KPI's figures and its names read best on one line

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Literal

from tallybook.declare.model import Localized
from tallybook.judge import model as m
from tallybook.judge.model import Number, Status, Verdict

MONEY = m.UnitInfo("money", currency="USD")
COUNT = m.UnitInfo("count")
PERCENT = m.UnitInfo("percent")
RATIO = m.UnitInfo("ratio")
DAYS = m.UnitInfo("duration", duration="days")
SCORE = m.UnitInfo("score")

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "=cmd()|'/c calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "a|b|c",
    "`rm -rf`",
    "line\nbreak\r\nand more",
    "\u202egnp.exe",
    "[click](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "# heading",
    "&lt;b&gt;",
    "\t=1+1",
    "**bold** _em_ ~~no~~",
    "--> <!-- ]]>",
    "\x00\x07null",
)


def text(default: str, **others: str) -> Localized:
    return Localized(default, tuple((k.replace("_", "-"), v) for k, v in others.items()))


def month(year: int, number: int, *, partial: bool = False) -> m.Period:
    following = (year + number // 12, number % 12 + 1)
    return m.Period(
        f"{year}-{number:02}",
        "month",
        dt.date(year, number, 1),
        dt.date(*following, 1),
        partial=partial,
    )


def months_to(last: m.Period, count: int) -> tuple[m.Period, ...]:
    periods = [last]
    while len(periods) < count:
        first = periods[0].start
        earlier = first - dt.timedelta(days=1)
        periods.insert(0, month(earlier.year, earlier.month))
    return tuple(periods)


JUNE = month(2025, 6)


def metric(
    name: str,
    label: Localized,
    unit: m.UnitInfo = COUNT,
    better: Literal["higher", "lower", "neutral", "range"] = "higher",
    *,
    short: Localized | None = None,
    decimals: int | None = None,
) -> m.MetricInfo:
    return m.MetricInfo(name, label, short, unit, decimals, better)


def course(values: tuple[Number | None, ...], last: m.Period = JUNE) -> tuple[m.Point, ...]:
    return tuple(m.Point(p, v) for p, v in zip(months_to(last, len(values)), values, strict=True))


def change(
    kind: Literal["previous", "year_ago"], info: m.MetricInfo, series: tuple[m.Point, ...]
) -> m.Change:
    """The change that a series holds; within 1 % is no change."""
    now, then = series[-1].value, series[-2 if kind == "previous" else 0]
    if now is None or then.value is None:
        return m.Change(kind, then.period, then.value, None, None, Verdict.UNKNOWN)
    difference = now - then.value
    ratio = difference / abs(then.value) if then.value else None
    if info.better in ("neutral", "range"):
        verdict = Verdict.NEUTRAL
    elif ratio is not None and abs(ratio) <= 0.01:
        verdict = Verdict.NO_CHANGE
    else:
        good = (difference > 0) == (info.better == "higher")
        verdict = Verdict.BETTER if good else Verdict.WORSE
    return m.Change(kind, then.period, then.value, difference, ratio, verdict)


def scale(target: float, value: float, info: m.MetricInfo) -> m.BulletScale:
    sign = -1 if info.better == "higher" else 1
    high = max(target, value) * 1.2
    return m.BulletScale(0.0, high, target * (1 + sign * 0.02), target * (1 + sign * 0.08))


def tile(
    info: m.MetricInfo,
    values: tuple[Number | None, ...],
    status: Status,
    target: Number | None = None,
    **more: object,
) -> m.Tile:
    series = course(values)
    value = values[-1]
    both = value is not None and target is not None
    made = m.Tile(
        metric=info,
        value=value,
        status=status,
        target=target,
        target_distance=(value - target) / abs(target) if both and target else None,  # type: ignore[operator]
        target_range=None,
        scale=scale(float(target), float(value), info) if both else None,  # type: ignore[arg-type]
        changes=(change("previous", info, series), change("year_ago", info, series)),
        series=series,
        advice=None,
    )
    return replace(made, **more)  # type: ignore[arg-type]


SESSIONS = metric(
    "sessions",
    text(
        "Website sessions",
        ar="جلسات الموقع",
        ru="Сеансы на сайте",
        ja="サイト訪問数",
        th="เซสชันเว็บไซต์",
        zh_Hant="網站工作階段",
    ),
)
LEADS = metric(
    "leads",
    text("Leads", ar="العملاء المحتملون", ru="Лиды", ja="リード数", th="ลีด", zh_Hant="潛在客戶"),
)
MQLS = metric(
    "mqls",
    text(
        "Marketing qualified leads",
        ar="عملاء مؤهلون تسويقيًا",
        ru="Лиды, квалифицированные маркетингом",
        ja="マーケティング適格リード",
        th="ลีดที่ผ่านเกณฑ์การตลาด",
        zh_Hant="行銷合格潛在客戶",
    ),
    short=text("MQL"),
)
SQLS = metric(
    "sqls",
    text(
        "Sales qualified leads",
        ar="عملاء مؤهلون للبيع",
        ru="Лиды, квалифицированные продажами",
        ja="営業適格リード",
        th="ลีดที่ผ่านเกณฑ์การขาย",
        zh_Hant="銷售合格潛在客戶",
    ),
)
CPL = metric(
    "cost_per_lead",
    text(
        "Cost per lead",
        ar="تكلفة العميل المحتمل",
        ru="Стоимость лида",
        ja="リード獲得単価",
        th="ต้นทุนต่อลีด",
        zh_Hant="每筆潛在客戶成本",
    ),
    m.UnitInfo("money", currency="USD", per="lead"),
    "lower",
    short=text("CPL"),
)
CAC = metric(
    "cac",
    text(
        "Customer acquisition cost",
        ar="تكلفة اكتساب العميل",
        ru="Стоимость привлечения клиента",
        ja="顧客獲得コスト",
        th="ต้นทุนการได้ลูกค้า",
        zh_Hant="客戶獲取成本",
    ),
    MONEY,
    "lower",
)
WIN_RATE = metric(
    "win_rate",
    text(
        "Win rate",
        ar="معدل الفوز بالصفقات",
        ru="Доля выигранных сделок",
        ja="受注率",
        th="อัตราปิดการขาย",
        zh_Hant="成交率",
    ),
    PERCENT,
)
PIPELINE = metric(
    "open_pipeline",
    text(
        "Open pipeline",
        ar="قيمة الصفقات المفتوحة",
        ru="Открытые сделки",
        ja="進行中の商談額",
        th="มูลค่าดีลที่เปิดอยู่",
        zh_Hant="進行中商機金額",
    ),
    MONEY,
)
CYCLE = metric(
    "sales_cycle",
    text(
        "Sales cycle (median)",
        ar="دورة البيع (الوسيط)",
        ru="Цикл сделки (медиана)",
        ja="商談期間(中央値)",
        th="รอบการขาย (มัธยฐาน)",
        zh_Hant="銷售週期(中位數)",
    ),
    DAYS,
    "lower",
)
MRR = metric(
    "mrr",
    text(
        "Monthly recurring revenue",
        ar="الإيراد الشهري المتكرر",
        ru="Ежемесячная регулярная выручка",
        ja="月間経常収益",
        th="รายได้ประจำรายเดือน",
        zh_Hant="每月經常性收入",
    ),
    MONEY,
)
CHURN = metric(
    "revenue_churn",
    text(
        "Revenue churn",
        ar="تسرب الإيرادات",
        ru="Отток выручки",
        ja="収益解約率",
        th="อัตราการสูญเสียรายได้",
        zh_Hant="營收流失率",
    ),
    PERCENT,
    "lower",
)
NPS = metric(
    "nps",
    text(
        "Net promoter score",
        ar="صافي نقاط الترويج",
        ru="Индекс потребительской лояльности",
        ja="ネットプロモータースコア",
        th="คะแนนผู้สนับสนุนสุทธิ",
        zh_Hant="淨推薦值",
    ),
    SCORE,
)
ROAS = metric(
    "roas",
    text(
        "Return on ad spend",
        ar="عائد الإنفاق الإعلاني",
        ru="Окупаемость рекламы",
        ja="広告費用対効果",
        th="ผลตอบแทนค่าโฆษณา",
        zh_Hant="廣告支出回報率",
    ),
    RATIO,
)
WON = metric(
    "deals_won",
    text(
        "Deals won",
        ar="صفقات رابحة",
        ru="Выигранные сделки",
        ja="受注件数",
        th="ดีลที่ชนะ",
        zh_Hant="成交案件",
    ),
)
IMPRESSIONS = metric(
    "impressions", text("Ad impressions", ar="مرات ظهور الإعلان"), COUNT, "neutral"
)
BOUNCE = metric(
    "complaint_rate", text("Spam complaint rate", ar="معدل شكاوى البريد"), PERCENT, "lower"
)
LOAD = metric(
    "sales_load",
    text("Accounts per salesperson", ar="حسابات لكل مندوب"),
    m.UnitInfo("number"),
    "range",
)

CHANNEL = m.DimensionInfo(
    "channel", text("Channel", ar="القناة", ru="Канал", ja="チャネル", th="ช่องทาง", zh_Hant="管道")
)

DEMAND = (
    tile(SESSIONS, (116018, 109021, 112480, 117200, 113000, 118200, 119900, 118000, 117100, 124300, 128000, 122783, 128430), Status.ON_TRACK, 120000, status_before=Status.ON_TRACK),
    tile(MQLS, (840, 861, 822, 799, 795, 842, 818, 809, 872, 876, 899, 860, 912), Status.OFF_TRACK, 1000, status_before=Status.WATCH, advice=text("Look at the channels whose leads grew and whose qualified leads did not.", ar="انظر إلى القنوات التي زاد عملاؤها المحتملون دون المؤهلين منهم.")),
    tile(SQLS, (227, 201, 213, 213, 224, 202, 214, 213, 212, 217, 223, 227, 233), Status.ON_TRACK, 220, status_before=Status.WATCH),
    tile(CPL, (43.78, 46.2, 41.1, 45.3, 41.6, 41.7, 46.5, 42.1, 41.2, 44.3, 45.2, 41.32, 41.20), Status.WATCH, 40, status_before=Status.WATCH),
)  # fmt: skip
SALES = (
    tile(CAC, (1938.0, 1949.0, 1910.5, 1922.0, 1950.0, 1931.0, 1979.0, 1851.0, 1895.0, 1850.0, 1829.0, 1822.7, 1830.0), Status.OFF_TRACK, 1500, status_before=Status.OFF_TRACK, advice=text("Compare spend by channel with the customers each one brought.", ar="قارن الإنفاق في كل قناة بالعملاء الذين جلبتهم.")),
    tile(WIN_RATE, (0.186, 0.187, 0.205, 0.181, 0.21, 0.187, 0.228, 0.222, 0.236, 0.221, 0.235, 0.228, 0.234), Status.WATCH, 0.25, status_before=Status.WATCH),
    tile(PIPELINE, (1623400.0, 1480000.0, 1561000.0, 1622000.0, 1717000.0, 1640000.0, 1780000.0, 1744000.0, 1845000.0, 1760000.0, 1702000.0, 1985600.0, 1842600.5), Status.ON_TRACK, 1700000, status_before=Status.ON_TRACK),
    tile(CYCLE, (49.1, 51.2, 48.3, 47.7, 46.1, 48.2, 52.3, 50.0, 47.9, 50.1, 47.4, 47.7, 47.0), Status.WATCH, 45, status_before=Status.OFF_TRACK),
)  # fmt: skip
REVENUE = (
    tile(MRR, (184000.0, 210000.0, 200500.0, 204900.0, 203000.0, 202700.0, 205900.0, 203600.0, 199100.0, 199600.0, 199500.0, 211400.0, 210300.0), Status.ON_TRACK, 205000, status_before=Status.ON_TRACK),
    tile(CHURN, (0.021, 0.0228, 0.0252, 0.0255, 0.0248, 0.0226, 0.0229, 0.0218, 0.0201, 0.0211, 0.0229, 0.0214, 0.021), Status.WATCH, 0.02, status_before=Status.WATCH),
    tile(NPS, (31.0, 29.0, None, 35.0, 34.0, 28.0, None, 25.0, 28.0, 23.0, 38.0, None, None), Status.NO_DATA, 40, status_before=Status.ON_TRACK),
    tile(ROAS, (2.7, 3.02, 3.12, 2.99, 3.02, 3.11, 3.2, 3.05, 3.11, 3.39, 3.4, 3.44, 3.4), Status.ON_TRACK, 3, status_before=Status.ON_TRACK),
)  # fmt: skip
TILES = DEMAND + SALES + REVENUE

CORNERS = (
    tile(IMPRESSIONS, (910_000_000, 999_999, 12_345_678_901), Status.NO_TARGET),
    tile(BOUNCE, (0.0000321, 0.0000299, 0.0000312), Status.ON_TRACK, 0.0001),
    replace(tile(LOAD, (17.5, 19.0, 23.25), Status.WATCH), target_range=(18.0, 22.0), scale=m.BulletScale(0.0, 30.0, 22.0, 24.0)),
    tile(metric("trial_to_paid", text("Trial to paid rate"), PERCENT), (0.4, None, None), Status.TOO_FEW, 0.2, sample=12),
    tile(metric("payback", text("Payback period"), m.UnitInfo("duration", duration="months"), "lower"), (11.0, 12.0, None), Status.MATURING, 12),
    tile(metric("net_change", text("Net new customers")), (-3, 0, -14), Status.OFF_TRACK, 0),
)  # fmt: skip


def _channels() -> m.Trend:
    by = {
        "Organic search": (58000.0, 61000.0, 60500.0, 64000.0, 63200.0, 66100.0, 67000.0, 69900.0, 68000.0, 71200.0, 73000.0, 76500.0, 78000.0),
        "Paid search": (42000.0, 50100.0, 44000.0, 43900.0, 45200.0, 41000.0, 43100.0, 40000.0, 38700.0, 37700.0, 35500.0, 41000.0, 39300.0),
        "Events": (30000.0, 44000.0, 41000.0, 41500.0, 39000.0, 41000.0, 40800.0, 39000.0, 38200.0, 36000.0, 36500.0, 38500.0, 37000.0),
        "Email": (31000.0, 32100.0, 31900.0, 31500.0, 31000.0, 30100.0, 29800.0, 29000.0, 28900.0, 29200.0, 30000.0, 31000.0, 31100.0),
        "Partners": (None, None, None, 4000.0, 5100.0, 5900.0, 6000.0, 7500.0, 8000.0, 9100.0, 10000.0, 11800.0, 12500.0),
        None: (23000.0, 22800.0, 23100.0, 20000.0, 19500.0, 18600.0, 19200.0, 18200.0, 17300.0, 16400.0, 14500.0, 12600.0, 12400.0),
    }  # fmt: skip
    lines = tuple(m.TrendLine(member, course(values)) for member, values in by.items())
    return m.Trend(None, MRR, CHANNEL, None, lines)


def _funnel() -> m.FunnelChart:
    stages = ((SESSIONS, 128430), (LEADS, 3412), (MQLS, 912), (SQLS, 233), (WON, 54))
    parts = {None: 1.0, "Organic search": 0.41, "Paid search": 0.33, "Events": 0.26}
    return m.FunnelChart(
        None, "digital", text("Digital funnel", ar="قمع المبيعات الرقمي"), CHANNEL,
        tuple(
            m.FunnelPart(
                member, member is None,
                tuple(
                    m.FunnelRow(
                        info, info.label, round(volume * part),
                        None if n == 0 else volume / stages[n - 1][1],
                        volume / stages[0][1],
                    )
                    for n, (info, volume) in enumerate(stages)
                ),
            )
            for member, part in parts.items()
        ),
    )  # fmt: skip


def _breakdown() -> m.Breakdown:
    def row(
        kind: Literal["member", "rest", "total"], member: m.Member, *values: Number | None
    ) -> m.BreakdownRow:
        leads = values[0] or 0
        recent = course(tuple(round(leads * f) for f in (0.8, 0.93, 0.9, 1.04, 0.98, 1.0)))
        first = m.BreakdownCell(values[0], leads / 3412, recent)
        return m.BreakdownRow(
            kind, member, (first, *(m.BreakdownCell(v, None, ()) for v in values[1:]))
        )

    return m.Breakdown(
        None, CHANNEL, (LEADS, CPL, WIN_RATE),
        (
            row("member", "Organic search", 1219, 32.77, 0.192),
            row("member", "Paid search", 836, 67.12, 0.268),
            row("member", "Events", 596, 46.5, 0.288),
            row("member", None, 510, None, 0.2),
            row("member", "Email", 151, 8.5, 0.31),
            row("member", "Print", 0, None, None),
            row("rest", None, 100, 51.0, 0.11),
            row("total", None, 3412, 41.2, 0.234),
        ),
        "leads",
    )  # fmt: skip


def _definition(card: m.Tile) -> m.Definition:
    name = card.metric.name
    return m.Definition(
        metric=card.metric,
        description=text(f"What *{name}* counts, in **one** sentence; see `docs` or [the guide](https://example.org/kpis?a=1&b=2)."),
        formula='sum(spend.amount where team = "marketing") / count(leads)',
        expanded='sum(spend.amount where team = "marketing") / count(leads where stage >= 2)',
        target=card.target,
        owner="growth@acme.example",
        tags=("cost", "funnel:interest"),
        place=f"metrics/acquisition.yml:{len(name)}",
        sources=(
            m.SourceUse("leads", text("Leads"), 3412, dt.datetime(2025, 6, 30, 21, 4, tzinfo=dt.UTC), ("data/crm/leads-2025.csv",)),
            m.SourceUse("spend", text("Spend"), 1733, dt.date(2025, 6, 30), ("data/ads/spend.csv",)),
        ),
        series=card.series,
    )  # fmt: skip


ANSWERS = m.SourceInfo("nps_answers", text("Survey answers"))
LEAD_ROWS = m.SourceInfo("leads", text("Leads", ar="العملاء المحتملون"))
ACCOUNT = m.DimensionInfo("account", text("Accounts"))
WARNINGS = (
    m.DataWarning("stale", (ANSWERS,), age=m.Length(63, "days"), limit=m.Length(5, "weeks")),
    m.DataWarning("unavailable", (ANSWERS, LEAD_ROWS), metrics=(CAC, WIN_RATE)),
    m.DataWarning("unavailable", (LEAD_ROWS,), metrics=(CPL,), dimension=CHANNEL),
    m.DataWarning("not_given", (LEAD_ROWS,), (m.Gap(CHANNEL, 510), m.Gap(ACCOUNT, 2)), 3412),
    m.DataWarning("unlinked", (LEAD_ROWS,), (m.Gap(ACCOUNT, 1),), 3412),
    m.DataWarning("twice", (LEAD_ROWS,), (m.Gap(CHANNEL, 3),)),
    m.DataWarning("never", (LEAD_ROWS,), (m.Gap(CHANNEL, 1),)),
)

NOTE = m.Note(
    text("How to read this page", ar="كيف تقرأ هذه الصفحة"),
    text("Targets were set in *January* for the whole year.\n\n- **Demand** is marketing's.\n- **Sales** is shared, see [the agreement](https://example.org/sla)."),
)  # fmt: skip


def scorecard(*groups: tuple[str, tuple[m.Tile, ...]], locale: str = "en") -> m.Scorecard:
    """A page with these groups of tiles and nothing else."""
    tiles = [t for _, group in groups for t in group]
    return m.Scorecard(
        name="marketing",
        title=text("B2B marketing scorecard", ar="بطاقة أداء تسويق الأعمال", ru="Показатели B2B-маркетинга", ja="B2Bマーケティング スコアカード", th="สกอร์การ์ดการตลาด B2B", zh_Hant="B2B 行銷計分卡"),
        book=text("Acme marketing"),
        period=JUNE,
        as_of=dt.datetime(2025, 7, 1, tzinfo=dt.UTC),
        data_as_of=dt.date(2025, 6, 30),
        generated_at=dt.datetime(2025, 7, 2, 6, 30, tzinfo=dt.UTC),
        timezone="Europe/Berlin",
        locale=locale,
        sections=tuple(m.TileGroup(text(title) if title else None, group) for title, group in groups),
        definitions=tuple(_definition(t) for t in tiles),
        warnings=(),
        attention=tuple(t.metric.name for t in tiles if t.status is Status.OFF_TRACK),
        version="0.1.0",
        revision="4f2a9c1",
    )  # fmt: skip


def marketing() -> m.Scorecard:
    """A B2B company's page: twelve KPIs in three groups, trend, funnel, breakdown, note, warnings."""
    card = scorecard()
    groups = (
        m.TileGroup(text("Demand", ar="الطلب", ru="Спрос", ja="需要", th="ความต้องการ", zh_Hant="需求"), DEMAND),
        m.TileGroup(text("Sales", ar="المبيعات", ru="Продажи", ja="営業", th="การขาย", zh_Hant="銷售"), SALES),
        m.TileGroup(text("Revenue", ar="الإيرادات", ru="Выручка", ja="収益", th="รายได้", zh_Hant="營收"), REVENUE),
    )  # fmt: skip
    return replace(
        card,
        sections=(*groups, _channels(), _funnel(), _breakdown(), NOTE),
        definitions=tuple(_definition(t) for t in TILES),
        warnings=WARNINGS[::2],
        attention=("cac", "mqls", "nps"),
    )


def corners() -> m.Scorecard:
    """Tiles at the edges: no target, too few, maturing, a range, negative, huge and tiny numbers."""
    one_line = m.Trend(None, PIPELINE, None, 1_700_000, (m.TrendLine(None, SALES[2].series),))
    card = scorecard(("", CORNERS))
    return replace(card, sections=(*card.sections, one_line))


def hostile() -> m.Scorecard:
    """Every name on the page tries to be something else."""
    infos = [metric(f"metric_{n}", text(name)) for n, name in enumerate(HOSTILE)]
    tiles = tuple(tile(info, (1, 2, 3), Status.ON_TRACK, 2) for info in infos)
    rows = tuple(
        m.BreakdownRow("member", name, (m.BreakdownCell(n, None, ()),))
        for n, name in enumerate(HOSTILE)
    )
    lines = tuple(m.TrendLine(name, course((1, n, 3))) for n, name in enumerate(HOSTILE))
    stages = tuple(m.FunnelRow(i, i.label, 3, 0.5, 0.5) for i in infos)
    card = scorecard(("Tiles", tiles))
    odd = text(HOSTILE[0])
    return replace(
        card,
        title=odd,
        book=odd,
        sections=(
            m.TileGroup(odd, tiles),
            m.Trend(odd, infos[0], m.DimensionInfo("d", odd), None, lines),
            m.FunnelChart(odd, "f", odd, None, (m.FunnelPart(None, True, stages),)),
            m.Breakdown(odd, m.DimensionInfo("d", odd), (infos[0],), rows, None),
            *(m.Note(odd, text(name)) for name in HOSTILE),
        ),
        definitions=tuple(
            replace(_definition(t), description=text(n), formula=n, owner=n, tags=(n,), place=n)
            for t, n in zip(tiles, HOSTILE, strict=True)
        ),
        warnings=tuple(
            m.DataWarning(
                "not_given",
                (m.SourceInfo(n, text(n)),),
                (m.Gap(m.DimensionInfo(n, text(n)), 3),),
                9,
            )
            for n in HOSTILE
        ),
        attention=tuple(i.name for i in infos),
        version=HOSTILE[0],
        revision=HOSTILE[0],
    )
