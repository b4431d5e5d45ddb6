"""The refinery engine: a pure library without Django, database, settings or wall clock in its results."""
