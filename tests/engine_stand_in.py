"""An engine whose every word is known by hand, in the protocol of `qa.models.engine`: `engine_stand_in.py FOLDER`.

It answers with the words of the last message, one a step, and reads for five steps before the first; where a question
about passages is asked, with the first sentence that holds the question's last word. A file `fatal` in the folder keeps
it from loading, `slow` makes loading last for ever, and `busy` makes the steps long and use all cores; "die", "hang"
and "spin" in a message do so.
"""

import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

STEP_SECONDS = 0.02
STEPS_OF_READING = 5


def answer(said: str) -> str:
    passages, _, question = said.rpartition("Question: ")
    name = question.split()[-1].strip("?")
    found = re.search(rf"[^.\n]*\b{re.escape(name)}\b[^.\n]*\.", passages)
    return found[0].strip() if found else said


def working(busy: bool) -> Callable[[], None]:
    """What a step costs: some milliseconds, or, all cores at work, about as much as a word of the real model."""
    if not busy:
        return lambda: time.sleep(STEP_SECONDS)
    import numpy as np

    matrix = np.ones((1024, 1024), np.float32)

    def work() -> None:
        for _ in range(3):
            matrix @ matrix

    return work


def say(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)


def step(number: int, request: dict[str, Any]) -> bool:
    """Tell one word; true after the last."""
    request["steps"] = steps = request.get("steps", 0) + 1
    if steps <= STEPS_OF_READING:
        say({"id": number, "text": ""})
        return False
    words = answer(request["messages"][-1]["content"]).split()[: request["max_tokens"]]
    told = steps - STEPS_OF_READING - 1
    if told < len(words):
        say({"id": number, "text": words[told] + " "})
        return False
    facts = {"finish_reason": "stop", "prompt_tokens": 1, "tokens": told}
    say({"id": number, "done": facts | {"alternatives": {"Yes": 0.9, "No": 0.1}}})
    return True


def main() -> None:
    requests: SimpleQueue[dict[str, Any]] = SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            requests.put(json.loads(line))
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    folder = Path(sys.argv[1])
    if (folder / "fatal").exists():
        say({"fatal": "no such model"})
        sys.exit(1)
    while (folder / "slow").exists():
        time.sleep(STEP_SECONDS)
    work = working((folder / "busy").exists())
    say({"ready": True})
    running: dict[int, dict[str, Any]] = {}
    while True:
        while running and requests.empty():
            work()
            running = {number: request for number, request in running.items() if not step(number, request)}
        request = requests.get()
        if "ping" in request:
            say({"pong": True})
        elif "cancel" in request:
            running.pop(request["cancel"], None)
        else:
            said = request["messages"][-1]["content"]
            if "die" in said:
                os.kill(os.getpid(), signal.SIGKILL)
            while "spin" in said:
                pass
            if "hang" in said:
                os.kill(os.getpid(), signal.SIGSTOP)
            running[request["id"]] = request


if __name__ == "__main__":
    main()
