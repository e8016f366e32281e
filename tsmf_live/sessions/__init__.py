"""The command `python -m tsmf_live.sessions`: everything that is done with sessions after they were recorded."""
