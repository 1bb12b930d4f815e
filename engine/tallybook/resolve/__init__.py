"""Declarations in, `Book` out: names known, formulas parsed, metrics in order of dependency."""
