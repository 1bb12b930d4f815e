"""Other metrics layers asked the benchmark's questions, each in an environment of its own."""
