"""Training: from simulated or recorded clips to the checkpoint that runs live. Never imported by tsmf_live."""
