"""Each stage's view of a metric, printed for people to read and for tests to pin."""
