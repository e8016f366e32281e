"""The simulated actor: a person in a ward room, made by our own code, whose truth is known (DESIGN: the demo actor)."""
