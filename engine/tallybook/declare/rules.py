"""What can be wrong with the keys and values of a book, before any name is looked up."""

from tallybook.text.rule import Rule

UNKNOWN_KEY = Rule(
    "unknown-key",
    "error",
    what="A key has no meaning where it stands.",
    why="A key that is misspelt and ignored is a target that nobody is held to.",
    example="metrics:\n  leads:\n    formula: count(leads)\n    taget: 40",
    instead="metrics:\n  leads:\n    formula: count(leads)\n    target: 40",
)
MISSING_KEY = Rule(
    "missing-key",
    "error",
    what="A key is not there without which the rest has no meaning.",
    why="A link needs the source that it leads to and the column that it goes by.",
    example="links: {account: {to: accounts}}",
    instead="links: {account: {to: accounts, on: account_id}}",
)
WRONG_VALUE = Rule(
    "wrong-value",
    "error",
    what="A value is not of the kind that its key takes.",
    why="Read as something else, it would change a number or be left out in silence.",
    example="decimals: two",
    instead="decimals: 2",
)
DEFINED_TWICE = Rule(
    "defined-twice",
    "error",
    what="Two places of a book define the same name.",
    why="Which of the two is meant would depend on the order of the files.",
    example="metrics: {leads: ...} in acquisition.yml and again in sales.yml",
    instead="Rename one of them, or delete it.",
)
BAD_NAME = Rule(
    "bad-name",
    "error",
    what="A name is not in snake_case.",
    why="Names stand in formulas, links and file names; there, letters, digits and _ are safe.",
    example="metrics: {Cost per lead: ...}",
    instead="metrics: {cost_per_lead: {label: Cost per lead, ...}}",
)
RESERVED_WORD = Rule(
    "reserved-word",
    "error",
    what="A name is a word of the formula language.",
    why="In a formula it would be read as that word.",
    example="metrics: {case: ...}",
    instead="metrics: {support_case: ...}",
)
ESCAPED_FORMULA = Rule(
    "escaped-formula",
    "error",
    what="A formula is written with escapes of YAML.",
    why="A mistake in a formula is shown at its place in the file, letter by letter; escapes\n"
    "move it.",
    example='formula: "count(leads where channel = \\"email\\")"',
    instead='formula: count(leads where channel = "email")\n\nor, where YAML cannot have that:\n\n'
    '    formula: |\n      "email" = channel',
)

RULES = (
    UNKNOWN_KEY,
    MISSING_KEY,
    WRONG_VALUE,
    DEFINED_TWICE,
    BAD_NAME,
    RESERVED_WORD,
    ESCAPED_FORMULA,
)
