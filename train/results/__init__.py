"""What trained networks reach: scores, calibration, tables and figures."""
