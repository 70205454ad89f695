"""Fill the library: load articles, split them into passages, embed them, store them."""

import qa as qa  # first of all: it keeps libraries from calling home
