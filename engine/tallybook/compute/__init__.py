"""`Plan` in, Polars queries and their results out. The one room that computes with Polars."""
