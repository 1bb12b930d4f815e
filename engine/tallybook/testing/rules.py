"""What can be wrong with a test, and with a book that it tests."""

from tallybook.text.rule import Rule

WRONG_TEST = Rule(
    "wrong-test",
    "error",
    what="A test gives, asks or expects what cannot be.",
    why="It would prove nothing, or could never pass.",
    example="expect: {leads: many}",
    instead="expect: {leads: 12}",
)
FAILED_TEST = Rule(
    "failed-test",
    "error",
    what="A metric does not have the value that a test of the book expects.",
    why="The formula does not mean what was agreed, or the test does not.",
    example="expect: {cost_per_lead: 60}, and it comes out as 50",
    instead="correct the formula, or what the test expects of it",
)

RULES = (WRONG_TEST, FAILED_TEST)
