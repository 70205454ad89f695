"""Measure answers, refusals, citations and speed against a gold question set."""
