"""What can be wrong with the keys and values of a book, before any name is looked up."""

from tallybook.text.rule import Rule

UNKNOWN_KEY = Rule(
    "unknown-key",
    "error",
    "a key has no meaning where it stands",
    "A key that is misspelt and ignored is a target that nobody is held to.",
    "metrics:\n  leads:\n    formula: count(leads)\n    taget: 40",
    "metrics:\n  leads:\n    formula: count(leads)\n    target: 40",
)
MISSING_KEY = Rule(
    "missing-key",
    "error",
    "a key is not there without which the rest has no meaning",
    "A link needs the source that it leads to and the column that it goes by.",
    "links: {account: {to: accounts}}",
    "links: {account: {to: accounts, on: account_id}}",
)
WRONG_VALUE = Rule(
    "wrong-value",
    "error",
    "a value is not of the kind that its key takes",
    "Read as something else, it would change a number or be left out in silence.",
    "decimals: two",
    "decimals: 2",
)
DEFINED_TWICE = Rule(
    "defined-twice",
    "error",
    "two places of a book define the same name",
    "Which of the two is meant would depend on the order of the files.",
    "metrics: {leads: ...} in acquisition.yml and again in sales.yml",
    "Rename one of them, or delete it.",
)
BAD_NAME = Rule(
    "bad-name",
    "error",
    "a name is not in snake_case",
    "Names stand in formulas, in links and in file names; there, letters, digits and _ are safe.",
    "metrics: {Cost per lead: ...}",
    "metrics: {cost_per_lead: {label: Cost per lead, ...}}",
)
RESERVED_WORD = Rule(
    "reserved-word",
    "error",
    "a name is a word of the formula language",
    "In a formula it would be read as that word.",
    "metrics: {case: ...}",
    "metrics: {support_case: ...}",
)
ESCAPED_FORMULA = Rule(
    "escaped-formula",
    "error",
    "a formula is written with escapes of YAML",
    "A mistake in a formula is shown at its place in the file, letter by letter; escapes move it.",
    'formula: "count(leads where channel = \\"email\\")"',
    'formula: count(leads where channel = "email")\n\nor, where YAML cannot have that:\n\n'
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
