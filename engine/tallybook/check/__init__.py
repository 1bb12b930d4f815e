"""`Book` in, checked book out: type, unit and level on every node of every formula."""
