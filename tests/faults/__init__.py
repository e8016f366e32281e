"""Faults put into whole runs of the program, and what became of each. See `__main__`."""
