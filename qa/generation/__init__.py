"""What the model is given to read, and asked to write."""
