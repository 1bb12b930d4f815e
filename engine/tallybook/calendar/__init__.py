"""Periods: half-open intervals of a book's civil time, their labels, and how they shift."""
