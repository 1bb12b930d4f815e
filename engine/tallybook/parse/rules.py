"""What can be wrong with the text of a formula."""

from tallybook.text.rule import Rule

SYNTAX = Rule(
    "formula-syntax",
    "error",
    what="The formula does not follow the grammar.",
    why="Nothing can be computed from a text whose meaning is open.",
    example="sum deals.amount",
    instead="sum(deals.amount)",
)
UNCLOSED = Rule(
    "unclosed-parenthesis",
    "error",
    what="A parenthesis is opened and never closed.",
    why="Where the call ends would be a guess.",
    example="sum(deals.amount / count(deals)",
    instead="sum(deals.amount) / count(deals)",
)
EMPTY = Rule(
    "empty-formula",
    "error",
    what="There is no formula where one is needed.",
    why="A metric without a formula has no value.",
    example="formula: ''",
    instead="formula: count(leads)",
)

RULES = (SYNTAX, UNCLOSED, EMPTY)
