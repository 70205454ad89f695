"""Fill the library: load articles, split them into passages, embed them, store them."""

from qa import settings as settings  # first of all: it keeps libraries from calling home
