"""The networks: the skeleton teacher, its attention, the picture student, their fusion, and the file that holds them."""
