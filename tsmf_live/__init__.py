"""tsmf_live: live action recognition with a depth sensor, after TSMF (AAAI 2021).

A frame goes from `sources` through `capture`, `pose`, `inference` and the recorder to `gui`; `pipeline` wires them. A
room imports only rooms that come before it; tests/test_house.py has their order.
"""

import os
import sys

from tsmf_live import interrupt

if sys.argv[:1] == ["-m"]:  # Python is about to run one of our commands: its imports take seconds
    interrupt.listen()

# numpy's matrix products here are small; shared between threads, beside other work, they take several times as long.
# Read once, when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
