"""Results in, `Scorecard` out: comparison, target, status and trend, still as numbers."""
