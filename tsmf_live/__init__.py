"""tsmf_live: live action recognition with a depth sensor, after TSMF (AAAI 2021).

The rooms, in the order a frame walks through them: skeleton, frames, stage, ring, actor, session, sources, capture,
roi, pose, nets, recognizer, decision, inference, recorder, pipeline, gui. A room imports only rooms that come before
it.
"""

__version__ = "0.1.0"
