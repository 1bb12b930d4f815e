"""Text of YAML files in, `Document` out: every scalar with its place, no meaning yet."""
