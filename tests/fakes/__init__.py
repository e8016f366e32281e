"""What stands in for people, data and runs in tests."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]  # of the project
