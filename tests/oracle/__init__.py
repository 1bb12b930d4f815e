"""What the engine is proven against: the language evaluated by loops, and by SQL.

Nothing here imports the engine.
"""
