"""What a person asks, in words, put into questions that a plan answers."""
