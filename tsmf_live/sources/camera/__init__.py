"""Cameras and videos without a depth sensor: pictures alone, and MediaPipe Pose, which finds the people on them."""
