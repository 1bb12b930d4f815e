"""What can be wrong with a YAML file before it means anything."""

from tallybook.text.rule import Rule

UNREADABLE_FILE = Rule(
    "unreadable-file",
    "error",
    "a file of the book cannot be read",
    "Nothing may be left out of a book in silence: a file that is there is part of it.",
    "metrics/shared.yml is a link to a file outside the book's folder",
    "Copy the file into the book, or take the link away.",
)
NOT_UTF_8 = Rule(
    "not-utf-8",
    "error",
    "a file is not UTF-8",
    "Guessing an encoding turns letters into other letters without a word.",
    "label: Kosten in \\xe4 (saved as Latin-1)",
    "Save the file as UTF-8; every editor offers it.",
)
CONTROL_CHARACTER = Rule(
    "control-character",
    "error",
    "a file holds a character that YAML does not allow",
    "An invisible character makes two names differ that look the same.",
    "label: Leads\\x00",
    "Delete the character, or write it as an escape between double quotes.",
)
YAML_SYNTAX = Rule(
    "yaml-syntax",
    "error",
    "a file is not YAML",
    "Nothing in the file is read, as every later line could mean something else.",
    'formula: "won" = stage',
    "Write a value that begins with a quote or a backtick, or that holds a colon followed by a\n"
    "space, under `|` on a line of its own:\n\n"
    '    formula: |\n      "won" = stage',
)
DUPLICATE_KEY = Rule(
    "duplicate-key",
    "error",
    "a key stands twice in one mapping",
    "YAML readers keep one of the two and drop the other without a word.",
    "target: 40\ntarget: 45",
    "Keep one of them.",
)
KEY_NOT_TEXT = Rule(
    "key-not-text",
    "error",
    "a key is not a text",
    "A number, `true` or nothing as a key reads as one thing and means another.",
    "map: {1: email}",
    'Put the key in quotes: map: {"1": email}',
)
YAML_TAG = Rule(
    "yaml-tag",
    "error",
    "a value has a YAML tag",
    "Tags make YAML readers build objects; a book holds only texts, numbers and lists of them.",
    "formula: !python/name:os.system x",
    "Leave the tag out; to keep a number as text, put it in quotes.",
)
YAML_ALIAS = Rule(
    "yaml-alias",
    "error",
    "an alias names no anchor, or its own",
    "A `*name` stands for what `&name` marks earlier in the same file.",
    "formula: *revenue",
    "Define the anchor above, or put a value that begins with `*` under `|`.",
)
YAML_TOO_LARGE = Rule(
    "yaml-too-large",
    "error",
    "a file is nested too deeply, or its aliases multiply",
    "A small file of aliases to aliases can stand for billions of values.",
    "b: [*a, *a, *a, *a, *a, *a, *a, *a, *a]",
    "Write the values out, or use fewer levels.",
)
SEVERAL_DOCUMENTS = Rule(
    "several-documents",
    "error",
    "a file holds several YAML documents",
    "Which of them would be the book is not for a program to guess.",
    "metrics: {}\n---\nmetrics: {}",
    "Make each document a file, or delete the `---` between them.",
)
NOT_A_MAPPING = Rule(
    "not-a-mapping",
    "error",
    "a file does not hold keys at its top",
    "Every file of a book holds some of the same keys: `metrics`, `sources`, `scorecards` ...",
    "- cost_per_lead\n- leads",
    "metrics:\n  cost_per_lead: {formula: ...}",
)
EMPTY_FILE = Rule(
    "empty-file",
    "lint",
    "a file holds nothing but comments",
    "It looks like a part of the book that was lost.",
    "# metrics of the sales team",
    "Fill it or delete it.",
)

RULES = (
    UNREADABLE_FILE,
    NOT_UTF_8,
    CONTROL_CHARACTER,
    YAML_SYNTAX,
    DUPLICATE_KEY,
    KEY_NOT_TEXT,
    YAML_TAG,
    YAML_ALIAS,
    YAML_TOO_LARGE,
    SEVERAL_DOCUMENTS,
    NOT_A_MAPPING,
    EMPTY_FILE,
)
