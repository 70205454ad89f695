"""A PostgreSQL server of the tests' own, and tests on it."""
