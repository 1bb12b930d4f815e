"""From a judged scorecard to every string that a page prints, in one locale."""
