"""What the company says in public and what others say: posts, communities, mentions, links."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tallybook.sample.chance import Weighted
from tallybook.sample.rows import Backlink, CommunityDay, Mention, SocialPost
from tallybook.sample.story import at_day, business_second, pace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tallybook.sample.assets import Campaigns, Pages
    from tallybook.sample.chance import Chance
    from tallybook.sample.rows import Medium, MentionKind, PostFormat, Sentiment, Visibility
    from tallybook.sample.story import Company

# Id, platform, visibility, members on the first day at size 1, members won in a month.
_COMMUNITIES: tuple[tuple[str, str, Visibility, int, int], ...] = (
    ("linkedin-page", "linkedin", "public", 4200, 130),
    ("x-account", "x_twitter", "public", 1900, 25),
    ("user-forum", "user_forum", "private", 600, 22),
)
_FORMATS: tuple[PostFormat, ...] = ("text", "image", "image", "video", "link", "poll")
_TAGS = ("#kpi", "#b2b", "#tallymark", "#marketing")
_SENTIMENTS: Weighted[Sentiment | None] = Weighted(
    (("positive", 38.0), ("neutral", 40.0), ("negative", 14.0), (None, 8.0))
)
_PLACES: Weighted[tuple[Medium, str, str | None]] = Weighted(
    (
        (("social", "linkedin", None), 40.0),
        (("social", "x_twitter", None), 25.0),
        (("forum", "user_forum", None), 12.0),
        (("review", "review-site", "reviews.example.org"), 10.0),
        (("press", "trade-press", "news.example.org"), 8.0),
        (("podcast", "podcast", "blog.example.org"), 5.0),
    )
)
_SOCIAL_KINDS: tuple[MentionKind, ...] = ("mention", "comment", "comment", "question", "hashtag")


def social_posts(company: Company, campaigns: Campaigns) -> list[SocialPost]:
    """Posts on the two public accounts, with the counters that they reached."""
    chance = company.chance("social_posts")
    rows: list[SocialPost] = []
    for day in company.days():
        for community, platform, visibility, members, _ in _COMMUNITIES:
            if visibility == "public" and chance.happens(0.4 * min(1.0, pace(day))):
                at = at_day(day, business_second(chance))
                paid = chance.happens(0.15)
                campaign = campaigns.credit(chance, "paid_social", day) if paid else None
                reach = int(members * company.size * chance.between(8, 60) / 100) * (
                    4 if paid else 1
                )
                row = _post(at, (community, platform), reach, chance)
                rows.append(row._replace(is_paid=paid, campaign_id=campaign))
    rows.sort(key=lambda row: (row.published_at, row.platform))
    return [row._replace(post_id=f"Z{number:05d}") for number, row in enumerate(rows, 1)]


def _post(at: dt.datetime, where: tuple[str, str], reach: int, chance: Chance) -> SocialPost:
    tags = tuple(tag for tag in _TAGS if chance.happens(0.35))
    return SocialPost(
        post_id="",
        community_id=where[0],
        platform=where[1],
        published_at=at,
        format=chance.pick(_FORMATS),
        is_paid=False,
        campaign_id=None,
        hashtags=tags or None,
        impressions=reach * chance.between(110, 180) // 100,
        reach=reach,
        likes=chance.count(reach * 0.02),
        comments=chance.count(reach * 0.003),
        shares=0 if where[1] == "x_twitter" else chance.count(reach * 0.004),
        retweets=chance.count(reach * 0.005) if where[1] == "x_twitter" else 0,
        clicks=chance.count(reach * 0.012),
    )


def communities(company: Company) -> Iterator[CommunityDay]:
    """Each community on each day. The forum grows quieter in the last half year."""
    chance = company.chance("communities")
    sizes = [int(members * company.size) + 20 for _, _, _, members, _ in _COMMUNITIES]
    late = company.end.date() - dt.timedelta(days=180)
    for day in company.days():
        for nth, (community, platform, visibility, _, monthly) in enumerate(_COMMUNITIES):
            sizes[nth] += chance.count(monthly * company.size / 30.4) - int(chance.happens(0.08))
            quiet = 0.6 if visibility == "private" and day >= late else 1.0
            active = min(sizes[nth], chance.count(sizes[nth] * 0.05 * pace(day) * quiet))
            yield CommunityDay(
                day=day,
                community_id=community,
                platform=platform,
                visibility=visibility,
                members=sizes[nth],
                active_members=active,
                posts=chance.count(active * 0.15),
                replies=chance.count(active * 0.3),
                reactions=chance.count(active * 0.9),
            )


def mentions(company: Company, posts: Sequence[SocialPost]) -> list[Mention]:
    """Comments on the posts, and what others say of their own accord."""
    chance = company.chance("mentions")
    rows: list[Mention] = []
    for day in company.days():
        for _ in range(chance.count(1.6 * company.size * pace(day))):
            at = at_day(day, business_second(chance))
            rows.append(_mention(at, chance.draw(_PLACES), company, chance))
    for post in posts:
        if post.comments and chance.happens(0.5):
            at = post.published_at + dt.timedelta(seconds=chance.between(60, 200_000))
            row = _mention(at, ("social", post.platform, None), company, chance)
            rows.append(row._replace(kind="comment", hashtag=None, post_id=post.post_id))
    rows = sorted((r for r in rows if r.occurred_at < company.end), key=lambda r: r.occurred_at)
    return [row._replace(mention_id=f"N{number:05d}") for number, row in enumerate(rows, 1)]


def _mention(
    at: dt.datetime, place: tuple[Medium, str, str | None], company: Company, chance: Chance
) -> Mention:
    medium, outlet, domain = place
    kind: MentionKind = "story" if medium in ("press", "podcast") else "review"
    if medium in ("social", "forum"):
        kind = chance.pick(_SOCIAL_KINDS)
    replied = at + dt.timedelta(minutes=chance.between(3, 3000))
    answers = kind in ("comment", "question") and chance.happens(0.7)
    return Mention(
        mention_id="",
        occurred_at=at,
        medium=medium,
        outlet=outlet,
        kind=kind,
        post_id=None,
        hashtag=chance.pick(_TAGS) if kind == "hashtag" else None,
        url=f"https://{domain}/item" if domain else None,
        referring_domain=domain,
        reach=chance.between(200, 40_000) if chance.happens(0.8) else None,
        sentiment=chance.draw(_SENTIMENTS),
        lead_id=None,
        replied_at=replied if answers and replied < company.end else None,
    )


def backlinks(company: Company, pages: Pages) -> list[Backlink]:
    """Links from other sites; some are taken down again."""
    chance = company.chance("backlinks")
    rows: list[Backlink] = []
    for day in company.days():
        for _ in range(chance.count(0.35 * max(company.size, 0.5))):
            lost = day + dt.timedelta(days=chance.between(20, 700))
            domain = f"site{chance.between(1, 180):03d}.example.org"
            rows.append(
                Backlink(
                    backlink_id=f"K{len(rows) + 1:05d}",
                    source_url=f"https://{domain}/{len(rows) + 1}",
                    referring_domain=domain,
                    target_url=pages.post(chance, day),
                    first_seen_on=day,
                    lost_on=lost if chance.happens(0.3) and lost < company.end.date() else None,
                    is_followed=chance.happens(0.6),
                )
            )
    return rows
