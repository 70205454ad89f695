"""make bench: quality and speed, with the real models, in libraries of its own."""
