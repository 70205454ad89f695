"""Models that a user names: from the folder or the kept copy, else from the hub."""

from collections.abc import Callable
from typing import TypeVar

from qa.errors import ModelError

Model = TypeVar("Model")
INSTALL = ".venv/bin/python -m pip install -c constraints.txt -e '.[torch]'"


def load_named(load: Callable[[bool], Model], what: str, variable: str) -> Model:
    """`load(local_files_only)`, which asks the hub only for what an earlier start did not keep. Raises ModelError."""
    try:
        try:
            return load(True)
        except (OSError, ValueError):
            return load(False)
    except ModuleNotFoundError as error:
        raise ModelError(
            f"the {what} needs {error.name}, which is not installed: run `{INSTALL}`, "
            f"or unset {variable} to use the shipped one"
        ) from error
    except (OSError, ValueError) as error:
        raise ModelError(
            f"the {what} could not be loaded ({str(error).splitlines()[0]}); check its name and the network, "
            f"or unset {variable} to use the shipped one"
        ) from error
