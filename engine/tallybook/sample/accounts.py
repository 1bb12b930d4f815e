"""Customers and what they pay: subscriptions, invoices, later deals, and the day they leave."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tallybook.sample.assets import REGIONS, UNITS
from tallybook.sample.funnel import COMPANY_SIZES, INDUSTRIES, any_profile
from tallybook.sample.rows import Customer, Invoice, Opportunity, Subscription
from tallybook.sample.story import at_day, business_second, is_bad, month_start

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tallybook.sample.chance import Chance
    from tallybook.sample.rows import ChangeKind, DealKind, InvoiceKind, Lead, Outcome
    from tallybook.sample.story import Company

_BASE_CUSTOMERS = 110  # at size 1, from before the data begins
_BASE_MONTHS = 30
_TRIAL_MONTHS = 3
_PLANS = ((400, "start"), (1500, "team"))  # up to this price a month; above it, enterprise


@dataclass(frozen=True, slots=True)
class Accounts:
    """All tables about customers, and the deals of all kinds."""

    customers: list[Customer] = field(default_factory=list)
    deals: list[Opportunity] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)


@dataclass(slots=True)
class _Contract:
    """The running subscription of one customer while its months are told."""

    customer: Customer
    deal_id: str | None
    mrr: float
    since: dt.date
    change: ChangeKind = "new"
    purchases: int = 1


def open_accounts(
    company: Company, leads: Sequence[Lead], new_deals: Sequence[Opportunity]
) -> Accounts:
    """Customers from before the data begins and from every new deal won, and their lives."""
    chance = company.chance("accounts")
    accounts = Accounts()
    lead_by_id = {lead.lead_id: lead for lead in leads}
    for customer in _base(company, chance):
        _live(_Contract(customer, None, _price(customer, chance), customer.acquired_at.date()),
              company, accounts, chance)  # fmt: skip
    for deal in new_deals:
        if deal.outcome != "won" or deal.closed_at is None:
            accounts.deals.append(deal)
            continue
        lead = lead_by_id.get(deal.lead_id or "")
        customer = _customer(len(accounts.customers) + 1, deal.closed_at, deal, lead, chance)
        accounts.deals.append(deal._replace(customer_id=customer.customer_id))
        contract = _Contract(customer, deal.opportunity_id, deal.mrr or 0.0, deal.closed_at.date())
        _live(contract, company, accounts, chance)
    return _in_order(accounts)


def _in_order(accounts: Accounts) -> Accounts:
    invoices = sorted(accounts.invoices, key=lambda row: (row.issued_on, row.customer_id))
    return Accounts(
        sorted(accounts.customers, key=lambda row: (row.acquired_at, row.customer_id)),
        sorted(accounts.deals, key=lambda row: (row.created_at, row.opportunity_id)),
        accounts.subscriptions,
        [row._replace(invoice_id=f"I{n:06d}") for n, row in enumerate(invoices, 1)],
    )


def _base(company: Company, chance: Chance) -> Iterator[Customer]:
    for number in range(1, int(_BASE_CUSTOMERS * company.size) + 1):
        day = company.start.date() - dt.timedelta(days=chance.between(5, _BASE_MONTHS * 30))
        yield _customer(number, at_day(day, business_second(chance)), None, None, chance)


def _price(customer: Customer, chance: Chance) -> float:
    return float(170 + (customer.company_size or 0) * 4 // 5 + chance.between(0, 160))


def _customer(
    number: int,
    acquired: dt.datetime,
    deal: Opportunity | None,
    lead: Lead | None,
    chance: Chance,
) -> Customer:
    origin = deal or (None if chance.happens(0.25) else any_profile(chance))
    return Customer(
        customer_id=f"C{number:05d}",
        account_id=deal.account_id if deal else f"B{number:05d}",
        lead_id=deal.lead_id if deal else None,
        name=f"Customer {number}",
        acquired_at=acquired,
        churned_at=None,
        source=deal.source if deal else None,
        channel=origin.channel if origin else None,
        is_paid=origin.is_paid if origin else None,
        campaign_id=deal.campaign_id if deal else None,
        industry=lead.industry if lead else chance.pick(INDUSTRIES),
        company_size=lead.company_size if lead else chance.spread(COMPANY_SIZES),
        region=deal.region if deal else chance.pick(REGIONS),
        business_unit=deal.business_unit if deal else chance.pick(UNITS),
        referred_by_customer_id=lead.referred_by_customer_id if lead else None,
    )


def _live(contract: _Contract, company: Company, accounts: Accounts, chance: Chance) -> None:
    """Tell a customer's months one after another, from the first invoice to the last."""
    first = contract.since
    _invoice(contract, first, "one_off", float(chance.between(2, 9) * 100), accounts, chance)
    month = 0
    while (day := _anniversary(first, month)) < company.end.date():
        if month and chance.happens(_churn_odds(contract, day, month)):
            _leave(contract, day, month, accounts, chance)
            return
        if month:
            _change(contract, day, month, company, accounts, chance)
        _invoice(contract, day, "recurring", contract.mrr, accounts, chance)
        month += 1
    accounts.customers.append(contract.customer)
    _end_row(contract, None, accounts)
    if chance.happens(0.04):
        _later_deal(contract, company.end.date(), "upsell", "open", accounts, chance)


def _anniversary(first: dt.date, months: int) -> dt.date:
    if months == 0:
        return first
    month = month_start(at_day(first, 0), months).date()
    return month.replace(day=min(first.day, 28))


def _churn_odds(contract: _Contract, day: dt.date, month: int) -> float:
    odds = 0.010 if month > _TRIAL_MONTHS else 0.004
    if contract.customer.channel == "paid_social":
        odds *= 1.7
    return odds * (4.0 if is_bad(day) else 1.0) * (2.0 if month % 12 == 0 else 1.0)


def _leave(
    contract: _Contract, day: dt.date, month: int, accounts: Accounts, chance: Chance
) -> None:
    if month % 12 == 0:
        _later_deal(contract, day, "renewal", "lost", accounts, chance)
    left = at_day(day, business_second(chance))
    accounts.customers.append(contract.customer._replace(churned_at=left))
    _end_row(contract, day, accounts)


def _change(
    contract: _Contract,
    day: dt.date,
    month: int,
    company: Company,
    accounts: Accounts,
    chance: Chance,
) -> None:
    """What a month may bring besides its invoice: a renewal, an upsell, a step down, an order."""
    recorded = day >= company.start.date()
    if month % 12 == 0:
        if recorded:
            _later_deal(contract, day, "renewal", "won", accounts, chance)
        _reprice(contract, day, 1.03, "renewal", accounts)
    elif chance.happens(0.03) and recorded:
        won = chance.happens(0.35 if is_bad(day) else 0.6)
        deal = _later_deal(contract, day, "upsell", "won" if won else "lost", accounts, chance)
        if won:
            contract.purchases += 1
            _reprice(contract, day, 1.0 + 0.1 * chance.between(2, 6), "upgrade", accounts)
            fee = float(chance.between(3, 15) * 100)
            _invoice(contract, day, "upsell", fee, accounts, chance, deal.opportunity_id)
    elif chance.happens(0.005):
        _reprice(contract, day, 0.75, "downgrade", accounts)
    elif chance.happens(0.03):
        contract.purchases += 1
        _invoice(contract, day, "one_off", float(chance.between(4, 20) * 100), accounts, chance)


def _reprice(
    contract: _Contract, day: dt.date, factor: float, change: ChangeKind, accounts: Accounts
) -> None:
    _end_row(contract, day, accounts)
    contract.since, contract.change = day, change
    contract.mrr = float(int(contract.mrr * factor + 0.5))


def _end_row(contract: _Contract, day: dt.date | None, accounts: Accounts) -> None:
    rows = accounts.subscriptions
    rows.append(
        Subscription(
            subscription_row_id=f"R{len(rows) + 1:05d}",
            subscription_id=f"S{contract.customer.customer_id[1:]}",
            customer_id=contract.customer.customer_id,
            opportunity_id=contract.deal_id if contract.change == "new" else None,
            plan=next((plan for top, plan in _PLANS if contract.mrr <= top), "enterprise"),
            starts_on=contract.since,
            ends_on=day,
            mrr=contract.mrr,
            change_kind=contract.change,
        )
    )


def _invoice(
    contract: _Contract,
    day: dt.date,
    kind: InvoiceKind,
    amount: float,
    accounts: Accounts,
    chance: Chance,
    deal_id: str | None = None,
) -> None:
    accounts.invoices.append(
        Invoice(
            invoice_id="",
            customer_id=contract.customer.customer_id,
            opportunity_id=deal_id or contract.deal_id,
            issued_on=day,
            kind=kind,
            purchase_no=1 if kind == "recurring" else contract.purchases,
            amount=amount,
            cogs=int(amount * chance.between(18, 34)) / 100,
        )
    )


def _later_deal(
    contract: _Contract,
    day: dt.date,
    kind: DealKind,
    outcome: Outcome,
    accounts: Accounts,
    chance: Chance,
) -> Opportunity:
    """A renewal or an upsell that ends on a day, or is still open on it."""
    customer = contract.customer
    opened = at_day(day - dt.timedelta(days=chance.between(12, 60)), business_second(chance))
    opened = max(opened, customer.acquired_at)
    closed = at_day(day, business_second(chance))
    quoted = opened + (closed - opened) // 2
    mrr = float(int(contract.mrr * (1.0 if kind == "renewal" else 0.1 * chance.between(2, 6))))
    deal = Opportunity(
        opportunity_id=f"U{len(accounts.deals) + 1:05d}",
        lead_id=None,
        account_id=customer.account_id,
        customer_id=customer.customer_id,
        sales_rep_id=f"rep-{chance.between(1, 9):02d}",
        kind=kind,
        created_at=opened,
        qualified_at=None,
        quoted_at=quoted,
        expected_close_on=day if outcome != "open" else day + dt.timedelta(chance.between(0, 45)),
        closed_at=None if outcome == "open" else closed,
        outcome=outcome,
        amount=mrr * 12,
        mrr=mrr,
        probability={"won": 1.0, "lost": 0.0}.get(outcome, 0.4),
        contacts_involved=chance.between(1, 4),
        source=customer.source,
        channel=customer.channel,
        is_paid=customer.is_paid,
        campaign_id=customer.campaign_id,
        region=customer.region,
        business_unit=customer.business_unit,
    )
    accounts.deals.append(deal)
    return deal


def known_customers(
    company: Company, leads: Sequence[Lead], accounts: Accounts
) -> tuple[list[Lead], list[Customer]]:
    """Leads and customers that know of each other: whose account bought, and who referred whom."""
    chance = company.chance("referrals")
    by_account = {customer.account_id: customer.customer_id for customer in accounts.customers}
    told = [
        lead._replace(
            customer_id=by_account.get(lead.account_id),
            referred_by_customer_id=_referrer(lead, accounts.customers, chance),
        )
        for lead in leads
    ]
    referrers = {lead.lead_id: lead.referred_by_customer_id for lead in told}
    return told, [
        customer._replace(referred_by_customer_id=referrers.get(customer.lead_id or ""))
        for customer in accounts.customers
    ]


def _referrer(lead: Lead, customers: Sequence[Customer], chance: Chance) -> str | None:
    odds = {"word_of_mouth": 0.7, "referral": 0.3, "direct": 0.05}.get(lead.channel, 0.0)
    if not customers or not chance.happens(odds):
        return None
    referrer = chance.pick(customers)
    return referrer.customer_id if referrer.acquired_at < lead.created_at else None
