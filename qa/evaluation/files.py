"""Files of a run, each whole or as it was before."""

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """A reader sees the old text or the new one, never a part. Raises OSError."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, path)
