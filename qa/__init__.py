"""Ask questions over a library of articles; every sentence of an answer is backed by a checked quote."""

from qa import settings as settings  # first of all: it keeps libraries from calling home
