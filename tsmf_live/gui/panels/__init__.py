"""What lies around the picture: panels and bars."""
