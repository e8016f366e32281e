"""Where frames come from: one small contract, a module for each kind."""
