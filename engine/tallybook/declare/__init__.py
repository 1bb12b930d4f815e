"""Documents in, `Declarations` out: sources, metrics and scorecards as written, in typed fields."""
