"""The vocabulary of formulas: types, units, and the one table of functions and operators."""
