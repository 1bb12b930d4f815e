"""All tables of one company, made when they are asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from tallybook.sample import accounts, care, funnel, mail, paid, traffic, voice
from tallybook.sample.assets import Campaigns, Pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tallybook.sample.accounts import Accounts
    from tallybook.sample.rows import (
        AdStat,
        Customer,
        EmailSend,
        Event,
        Lead,
        Session,
        SocialPost,
        Subscriber,
    )
    from tallybook.sample.story import Company

Row = tuple[object, ...]


class Data:
    """The tables of a company; what several of them rest on is made once."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.campaigns = Campaigns(company)
        self.pages = Pages(company)

    def table(self, name: str) -> Iterable[Row]:
        """The rows of a table, in the order of the file."""
        makers: dict[str, Callable[[], Iterable[Row]]] = {
            "campaigns": self.campaigns.rows,
            "pages": self.pages.rows,
            "sessions": self.sessions,
            "events": self.events,
            "leads": lambda: self._people[0],
            "opportunities": lambda: self._accounts.deals,
            "customers": lambda: self._people[1],
            "subscriptions": lambda: self._accounts.subscriptions,
            "invoices": lambda: self._accounts.invoices,
            "spend": lambda: paid.spend(self.company, self.campaigns, self._ads),
            "ad_stats": lambda: self._ads,
            "keyword_rankings": lambda: paid.keyword_rankings(self.company),
            "backlinks": lambda: voice.backlinks(self.company, self.pages),
            "subscribers": lambda: self._subscribers,
            "email_sends": self.email_sends,
            "social_posts": lambda: self._posts,
            "communities": lambda: voice.communities(self.company),
            "mentions": lambda: voice.mentions(self.company, self._posts),
            "survey_responses": lambda: care.survey_responses(self.company, self._people[1]),
            "support_questions": lambda: care.support_questions(self.company, self._people[1]),
            "targets": lambda: care.targets(self.company, self.campaigns),
        }
        return makers[name]()

    def sessions(self) -> Iterator[Session]:
        """Visits to the site."""
        return traffic.sessions(self.company, self.campaigns, self.pages, *self._people)

    def events(self) -> Iterator[Event]:
        """What was done in the visits, in the product and in the forum."""
        return traffic.events(self.company, self.sessions(), self.pages, self._people[1])

    def email_sends(self) -> Iterator[EmailSend]:
        """Messages sent."""
        return mail.email_sends(self.company, self.campaigns, self._subscribers, self._people[0])

    @cached_property
    def _first_leads(self) -> list[Lead]:
        return funnel.leads(self.company, self.campaigns)

    @cached_property
    def _accounts(self) -> Accounts:
        deals = list(funnel.new_deals(self.company, self._first_leads))
        return accounts.open_accounts(self.company, self._first_leads, deals)

    @cached_property
    def _people(self) -> tuple[list[Lead], list[Customer]]:
        return accounts.known_customers(self.company, self._first_leads, self._accounts)

    @cached_property
    def _ads(self) -> list[AdStat]:
        return list(paid.ad_stats(self.company, self.campaigns))

    @cached_property
    def _posts(self) -> list[SocialPost]:
        return voice.social_posts(self.company, self.campaigns)

    @cached_property
    def _subscribers(self) -> list[Subscriber]:
        return mail.subscribers(self.company, self.pages, *self._people)
