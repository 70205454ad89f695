"""How the reader, a small cross-encoder, is trained: `make train`."""
