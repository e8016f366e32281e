"""Every reader of the project with thousands of changed inputs. See `__main__`."""
