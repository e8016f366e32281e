"""Breaks recordings in every way a crash or a disk can, and measures what is left. See __main__."""
