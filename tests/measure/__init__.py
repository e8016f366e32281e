"""Commands that measure the program and print tables."""
