"""The edge: every command, the server and the worker begin here."""

import gc

# A process begins by making much that it keeps: classes, routes, the ZIP codes of a country. Python's
# own choice (700, 10, 10) looks through all of it again and again, for a fifth of the time that takes.
gc.set_threshold(20_000, 10, 10)
