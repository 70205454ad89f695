"""Web pages: the article, and the facts that the page states."""
