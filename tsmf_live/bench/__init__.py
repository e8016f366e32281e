"""The command `python -m tsmf_live.bench`: how fast it is on this machine, beside stated alternatives."""
