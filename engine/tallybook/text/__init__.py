"""Files as text, places in them, and what is said about those places."""
