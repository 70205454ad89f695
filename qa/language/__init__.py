"""Language: what texts are compared by, one reader for each kind of thing."""
