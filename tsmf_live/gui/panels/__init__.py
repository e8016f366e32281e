"""What lies around the picture: panels, bars and strips."""
