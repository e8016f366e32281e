"""The live path: from a source's frames to predictions and events, stage by stage, and its wiring."""
