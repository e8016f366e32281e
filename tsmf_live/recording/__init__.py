"""A recorded session: its files, and the stage that writes them."""
