"""What stands in for people, data and runs in tests."""
