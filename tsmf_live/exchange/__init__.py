"""Other programs' formats in and out: NTU RGB+D, PKU-MMD, pickles, label files."""
