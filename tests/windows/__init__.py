"""A genuine Windows Python under wine, with a Kinect v2 in a native DLL: what runs there. See `__main__`."""
