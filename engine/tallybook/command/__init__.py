"""The command line: reads options, streams and the clock, and calls the engine.

One module per command, imported when its command runs; `contents` lists them without importing any.
"""
