"""An answer with its quotes, from a program: `python examples/answer.py "When did the bridge open?"`."""

import sys

from qa import Answerer, Settings

answerer = Answerer.open(Settings.from_env())
answer = answerer.answer(sys.argv[1])
print(answer.text)
for citation in answer.citations:
    print(f"[{citation.number}] {citation.title}: {citation.quote}")
answerer.close()
