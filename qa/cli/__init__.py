"""python -m qa."""
