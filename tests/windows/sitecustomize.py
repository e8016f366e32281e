"""For the Windows Python under wine: what wine 8 does not have is taken away, so that Python's own ways round it serve.

An embedded Python does not look into the folder that it was started in; ours is to.
"""

import sys
from contextlib import suppress

with suppress(ImportError, AttributeError):
    import _winapi

    del _winapi.CopyFile2
if "" not in sys.path:
    sys.path.insert(0, "")
