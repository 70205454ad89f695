"""Text, and the languages that mark it up by signs."""
