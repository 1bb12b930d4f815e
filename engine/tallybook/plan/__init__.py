"""Checked book and questions in, `Plan` out: what is read once, fused, and how results meet."""
