"""The engine that needs no server: bitmaps in one SQLite file, numpy columns in memory."""
