"""The networks: the skeleton teacher, its attention, the picture student, their fusion, and their file."""
