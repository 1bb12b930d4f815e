"""From a view, or a judged scorecard, to files."""
