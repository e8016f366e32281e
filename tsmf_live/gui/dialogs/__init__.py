"""What opens over the window: files to choose, questions, help."""
