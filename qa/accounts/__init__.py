"""Users and their conversations."""
