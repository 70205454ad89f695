"""The error tree is promised in a docstring; these tests hold the docstring to it."""

import re

import pytest

from qa import errors
from qa.errors import ArticleNotFound, ArticleQAError, LibraryError


def drawn() -> dict[str, str]:
    """Error -> its base, as the docstring draws it: four characters before the name are one level."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"([├└│─ ]*)([A-Z]\w+)(?:\s{2,}|$)", line):
            depth = len(found[1]) // 4
            path[depth:] = [found[2]]
            parents[found[2]] = path[depth - 1] if depth else "Exception"
    return parents


def test_the_tree_is_the_one_its_docstring_draws() -> None:
    written = {
        name: kind.__base__.__name__
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, ArticleQAError) and kind.__base__
    }
    assert written == drawn()
    assert written["WeightsError"] == "ModelError"


def test_an_unknown_article_is_named_with_the_way_to_the_known_ones() -> None:
    with pytest.raises(LibraryError) as error:
        raise ArticleNotFound("no-such-one")
    assert str(error.value) == "no article has the id 'no-such-one'; see `python -m ingest list`"
