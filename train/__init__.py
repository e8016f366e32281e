"""Training: from simulated or recorded clips to the checkpoint that runs live. Imports tsmf_live; never the other way."""
