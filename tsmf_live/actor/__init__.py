"""The simulated actor: a person in a ward room, made by our own code. What it does is known exactly at every time."""
