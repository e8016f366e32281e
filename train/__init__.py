"""Training: from simulated or recorded clips to the checkpoint that runs live. Never imported by tsmf_live."""

import tsmf_live  # noqa: F401  # before numpy is loaded: its matrix products keep to one thread, see there
