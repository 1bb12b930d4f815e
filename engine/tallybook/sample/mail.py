"""The mailing list, and every message sent to an address on it."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from tallybook.sample.chance import Weighted
from tallybook.sample.rows import EmailSend, Subscriber
from tallybook.sample.story import at_day, business_second

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tallybook.sample.assets import Campaigns, Pages
    from tallybook.sample.chance import Chance
    from tallybook.sample.rows import Customer, Device, EmailPurpose, Lead, ListStatus, Recipient
    from tallybook.sample.story import Company

_OPEN_HOURS = (0, 0, 1, 1, 2, 4, 7, 14, 26, 48, 160)
_DEVICES: Weighted[Device] = Weighted((("desktop", 48.0), ("mobile", 46.0), ("tablet", 6.0)))
_STATUSES: Weighted[ListStatus] = Weighted(
    (("active", 93.0), ("hard_bounced", 3.0), ("invalid", 2.0), ("closed", 1.0), ("duplicate", 1.0))
)
_PURPOSES: dict[bool, Weighted[EmailPurpose]] = {
    True: Weighted((("educational", 5.0), ("nurture", 2.0), ("promotional", 1.0), ("upsell", 2.0))),
    False: Weighted((("educational", 4.0), ("nurture", 4.0), ("promotional", 2.0))),
}
_SUBJECTS = (
    "Three charts that pay",
    "What changed this month",
    "Plan your quarter",
    "A short guide",
)


def subscribers(
    company: Company, pages: Pages, leads: Sequence[Lead], customers: Sequence[Customer]
) -> list[Subscriber]:
    """Everybody on the list: most leads, a contact of most customers, and readers of the blog."""
    chance = company.chance("subscribers")
    rows: list[Subscriber] = []
    for lead in leads:
        if chance.happens(0.7):
            category: Recipient = "sql" if lead.sql_at else "mql" if lead.mql_at else "lead"
            rows.append(_subscriber(lead.created_at, category, lead.lead_id, None, company, chance))
    for customer in customers:
        if chance.happens(0.8):
            joined = max(customer.acquired_at, company.start)
            rows.append(
                _subscriber(joined, "customer", None, customer.customer_id, company, chance)
            )
    for day in company.days():
        for _ in range(chance.count(0.8 * company.size)):
            at = at_day(day, business_second(chance))
            row = _subscriber(at, "prospect", None, None, company, chance)
            rows.append(row._replace(signup_page_url=pages.post(chance, day)))
    rows.sort(key=lambda row: (row.subscribed_at, row.lead_id or "", row.customer_id or ""))
    return [_numbered(row, number) for number, row in enumerate(rows, 1)]


def _numbered(row: Subscriber, number: int) -> Subscriber:
    digest = hashlib.sha256(f"address {number}".encode()).hexdigest()[:16]
    return row._replace(subscriber_id=f"M{number:05d}", email_hash=digest)


def _subscriber(
    at: dt.datetime,
    category: Recipient,
    lead_id: str | None,
    customer_id: str | None,
    company: Company,
    chance: Chance,
) -> Subscriber:
    left = at + dt.timedelta(days=chance.between(20, 600), seconds=chance.between(0, 80000))
    leaves = chance.happens(0.16) and left < company.end
    return Subscriber(
        subscriber_id="",
        email_hash="",
        lead_id=lead_id,
        customer_id=customer_id,
        recipient_category=category,
        subscribed_at=at,
        unsubscribed_at=left if leaves else None,
        status="unsubscribed" if leaves else chance.draw(_STATUSES),
        signup_page_url=None,
    )


def email_sends(
    company: Company, campaigns: Campaigns, known: Sequence[Subscriber], leads: Sequence[Lead]
) -> Iterator[EmailSend]:
    """A message every ten to thirty days to each address, until the address is gone."""
    chance = company.chance("email_sends")
    lead_by_id = {lead.lead_id: lead for lead in leads}
    number = 0
    for subscriber in known:
        lead = lead_by_id.get(subscriber.lead_id or "")
        for sent in _moments(subscriber, company, chance):
            number += 1
            row = _send(number, sent, subscriber, lead, campaigns, chance)
            yield _in_past(row, company)
            if row.bounce_kind == "hard":
                break


def _moments(subscriber: Subscriber, company: Company, chance: Chance) -> Iterator[dt.datetime]:
    """When messages go out. The last one brings the opt-out; a rare one goes out after it."""
    at, left = subscriber.subscribed_at, subscriber.unsubscribed_at
    while True:
        at = at_day(
            at.date() + dt.timedelta(days=chance.between(10, 30)), chance.between(28800, 57600)
        )
        if at >= company.end:
            return
        if left is not None and at >= left:
            if chance.happens(0.04):
                yield at
            return
        yield at


def _send(
    number: int,
    sent: dt.datetime,
    subscriber: Subscriber,
    lead: Lead | None,
    campaigns: Campaigns,
    chance: Chance,
) -> EmailSend:
    gone = subscriber.status in ("hard_bounced", "invalid", "closed")
    hard = gone and chance.happens(0.1)
    soft = not hard and chance.happens(0.012)
    category = _category(subscriber, lead, sent)
    day = sent.date()
    tested = number % 3 == 0
    return _reaction(
        EmailSend(
            send_id=f"X{number:06d}",
            email_id=f"mail-{day.year}-{day.month:02d}-{chance.between(1, 4)}",
            campaign_id=campaigns.credit(chance, "email", day),
            subscriber_id=subscriber.subscriber_id,
            lead_id=subscriber.lead_id,
            recipient_category=category,
            purpose=chance.draw(_PURPOSES[category == "customer"]),
            subject=chance.pick(_SUBJECTS),
            sent_at=sent,
            delivered_at=None if hard or soft else sent + dt.timedelta(seconds=3),
            bounced_at=sent + dt.timedelta(seconds=9) if hard or soft else None,
            bounce_kind="hard" if hard else "soft" if soft else None,
            placement=None,
            opened_at=None,
            open_device=None,
            clicked_at=None,
            converted_at=None,
            unsubscribed_at=None,
            complained_at=None,
            ab_test_id="subject-length" if tested else None,
            ab_variant=chance.pick(("A", "B")) if tested else None,
        ),
        subscriber,
        chance,
    )


def _category(subscriber: Subscriber, lead: Lead | None, sent: dt.datetime) -> Recipient:
    """The recipient's category on the day of sending."""
    if lead is None:
        return subscriber.recipient_category
    if lead.sql_at is not None and lead.sql_at <= sent:
        return "sql"
    return "mql" if lead.mql_at is not None and lead.mql_at <= sent else "lead"


def _reaction(send: EmailSend, subscriber: Subscriber, chance: Chance) -> EmailSend:
    """Add what came of a message: where it was placed, and what the reader did."""
    if send.delivered_at is None:
        return send
    left = subscriber.unsubscribed_at
    spam = chance.happens(0.07)
    send = send._replace(placement=("spam" if spam else "inbox") if chance.happens(0.3) else None)
    if left is not None and send.sent_at <= left < send.sent_at + dt.timedelta(days=10):
        return _farewell(send, left, chance)
    if not chance.happens(0.31 if send.ab_variant == "B" else 0.26):
        return send
    wait = dt.timedelta(hours=chance.spread(_OPEN_HOURS), seconds=chance.between(5, 900))
    return _opened(send, send.sent_at + wait, chance)


def _farewell(send: EmailSend, left: dt.datetime, chance: Chance) -> EmailSend:
    """Mark the message by which a reader left."""
    return send._replace(
        opened_at=max(send.sent_at + dt.timedelta(seconds=5), left),
        open_device=chance.draw(_DEVICES),
        unsubscribed_at=left,
        complained_at=left if chance.happens(0.08) else None,
    )


def _opened(send: EmailSend, opened: dt.datetime, chance: Chance) -> EmailSend:
    send = send._replace(opened_at=opened, open_device=chance.draw(_DEVICES))
    if not chance.happens(0.14):
        return send
    clicked = opened + dt.timedelta(seconds=chance.between(5, 600))
    converted = clicked + dt.timedelta(seconds=chance.between(30, 3600))
    return send._replace(
        clicked_at=clicked, converted_at=converted if chance.happens(0.18) else None
    )


def _in_past(send: EmailSend, company: Company) -> EmailSend:
    """Without what would happen after the last day."""
    if send.converted_at is not None and send.converted_at >= company.end:
        send = send._replace(converted_at=None)
    if send.clicked_at is not None and send.clicked_at >= company.end:
        send = send._replace(clicked_at=None)
    if send.opened_at is not None and send.opened_at >= company.end:
        send = send._replace(opened_at=None, open_device=None)
    return send
