"""Files of many articles, each a row or object."""
