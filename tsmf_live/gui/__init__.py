"""The window: pulls the newest moment from the pipeline and shows it. Qt is used here, in doctor and run_live only."""
