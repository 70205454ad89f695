"""Word, OpenDocument and RTF files, and e-books."""
