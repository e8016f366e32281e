"""Charts over time: scores, attention, what happened."""
