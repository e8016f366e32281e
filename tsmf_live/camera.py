"""From camera space to pixels of the colour picture, for formats and simulations that bring no mapping of their own.

**Source:** fitted to NTU RGB+D's own colour coordinates, good to about 20 px on real Kinect v2 data; a real sensor
maps its joints itself. The picture is mirrored, as the SDK delivers it: u grows with x, which grows to the sensor's
left.
"""

from __future__ import annotations

import numpy as np

FOCAL_PX = 1062.0
CENTRE_X_PX, CENTRE_Y_PX = 958.0, 550.0
BASELINE_PX_M = 52.0  # the colour lens sits beside the depth lens


def project_to_color(points: np.ndarray) -> np.ndarray:
    """Pixels (..., 2) float32 of camera-space points (..., 3) in metres; NaN at or behind the sensor (z <= 0.05 m)."""
    points = np.asarray(points, np.float64)
    z = points[..., 2]
    z = np.where(np.isfinite(z) & (z > 0.05), z, np.nan)
    u = FOCAL_PX * points[..., 0] / z + BASELINE_PX_M / z + CENTRE_X_PX
    v = -FOCAL_PX * points[..., 1] / z + CENTRE_Y_PX
    return np.stack([u, v], axis=-1).astype(np.float32)
