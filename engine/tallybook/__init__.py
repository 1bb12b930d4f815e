"""Tallybook: KPIs as version-controlled YAML, computed by Polars, shown as a scorecard."""

__version__ = "0.1.0"
