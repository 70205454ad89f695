"""Read at the start of each Python that the tests on PostgreSQL start."""

import os
import sys
from pathlib import Path

if "ARTICLE_QA_TEST_SERVER" in os.environ:
    sys.path.insert(0, str(Path(__file__).parents[3]))
    from tests.postgres.mapping import install

    install()
