"""From recordings to prepared data: `python -m train.prepare`, one file for each kind of recording."""
