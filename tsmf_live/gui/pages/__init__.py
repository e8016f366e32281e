"""The window's pages beside the live one: start, study, teach."""
