"""How fast the engine is, against the best queries written by hand."""
