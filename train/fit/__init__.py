"""The loop that trains a network, and what decides it."""
