"""What can be wrong with a YAML file before it means anything."""

from tallybook.text.rule import Rule

UNREADABLE_FILE = Rule(
    "unreadable-file",
    "error",
    what="A file of the book cannot be read.",
    why="Nothing may be left out of a book in silence: a file that is there is part of it.",
    example="metrics/shared.yml is a link to a file outside the book's folder",
    instead="Copy the file into the book, or take the link away.",
)
NOT_UTF_8 = Rule(
    "not-utf-8",
    "error",
    what="A file is not UTF-8.",
    why="Guessing an encoding turns letters into other letters without a word.",
    example="label: Kosten in \\xe4 (saved as Latin-1)",
    instead="Save the file as UTF-8; every editor offers it.",
)
CONTROL_CHARACTER = Rule(
    "control-character",
    "error",
    what="A file holds a character that YAML does not allow.",
    why="An invisible character makes two names differ that look the same.",
    example="label: Leads\\x00",
    instead="Delete the character, or write it as an escape between double quotes.",
)
YAML_SYNTAX = Rule(
    "yaml-syntax",
    "error",
    what="A file is not YAML.",
    why="Every later line could mean something else, so nothing of the file is read. Often it is\n"
    "a formula that begins with a quote or a backtick, or holds a colon followed by a space.",
    example='formula: "won" = stage',
    instead='formula: |\n  "won" = stage',
)
DUPLICATE_KEY = Rule(
    "duplicate-key",
    "error",
    what="A key stands twice in one mapping.",
    why="YAML readers keep one of the two and drop the other without a word.",
    example="target: 40\ntarget: 45",
    instead="Keep one of them.",
)
KEY_NOT_TEXT = Rule(
    "key-not-text",
    "error",
    what="A key is not a text.",
    why="A number, `true` or nothing as a key reads as one thing and means another.",
    example="map: {1: email}",
    instead='Put the key in quotes: map: {"1": email}',
)
YAML_TAG = Rule(
    "yaml-tag",
    "error",
    what="A value has a YAML tag.",
    why="Tags make YAML readers build objects; a book holds only texts, numbers and lists of them.",
    example="formula: !python/name:os.system x",
    instead="Leave the tag out; to keep a number as text, put it in quotes.",
)
YAML_ALIAS = Rule(
    "yaml-alias",
    "error",
    what="An alias names no anchor, or its own.",
    why="A `*name` stands for what `&name` marks earlier in the same file.",
    example="formula: *revenue",
    instead="Define the anchor above, or put a value that begins with `*` under `|`.",
)
YAML_TOO_LARGE = Rule(
    "yaml-too-large",
    "error",
    what="A file is nested too deeply, or its aliases multiply.",
    why="A small file of aliases to aliases can stand for billions of values.",
    example="b: [*a, *a, *a, *a, *a, *a, *a, *a, *a]",
    instead="Write the values out, or use fewer levels.",
)
SEVERAL_DOCUMENTS = Rule(
    "several-documents",
    "error",
    what="A file holds several YAML documents.",
    why="Which of them would be the book is not for a program to guess.",
    example="metrics: {}\n---\nmetrics: {}",
    instead="Make each document a file, or delete the `---` between them.",
)
NOT_A_MAPPING = Rule(
    "not-a-mapping",
    "error",
    what="A file does not hold keys at its top.",
    why="Every file of a book holds some of the same keys: `metrics`, `sources`, `scorecards` ...",
    example="- cost_per_lead\n- leads",
    instead="metrics:\n  cost_per_lead: {formula: ...}",
)
EMPTY_FILE = Rule(
    "empty-file",
    "lint",
    what="A file holds nothing but comments.",
    why="It looks like a part of the book that was lost.",
    example="# metrics of the sales team",
    instead="Fill it or delete it.",
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
