"""Fill the library: load articles, split them into passages, embed them, store them."""
