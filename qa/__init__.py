"""Ask questions over a library of articles; every sentence of an answer is backed by a checked quote."""
