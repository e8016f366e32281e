"""tsmf_live: live action recognition with a depth sensor, after TSMF (AAAI 2021).

The rooms, in the order a frame walks through them: skeleton, camera, frames, stage, ring, actor, session, sources,
capture, roi, pose, history, nets, recognizer, decision, inference, recorder, report, pipeline, gui. A room imports only
rooms that come before it.
"""

import os

# numpy's matrix products here are small; shared between threads, beside other work, they take several times as long.
# Read once, when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
