"""The Kinect v2 as a source."""
