"""Prepared data as training and evaluation read it: samples, splits, clips."""
