"""tsmf_live: live action recognition with a depth sensor, after TSMF (AAAI 2021).

The rooms, in the order a frame walks through them: skeleton, camera, frames, stage, ring, actor, session, sources,
capture, roi, pose, history, nets, recognizer, decision, inference, recorder, report, pipeline, gui. A room imports only
rooms that come before it.
"""

__version__ = "0.1.0"
