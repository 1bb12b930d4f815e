"""A book's own tests: rows that are given, a question, and the answer that it must have."""
