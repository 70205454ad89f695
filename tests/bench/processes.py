"""A hundred clients before two web processes, one of which is killed: `python -m tests.bench.processes`.

Processes, encoders, library and the Chroma server are real; the language model is a stand-in over HTTP. Each client
asks, streams, leaves, searches and adds as in tests/load.py, each question with a lighthouse of its own. Nobody may get
another's answer, and with the process that dies only those requests end that it was serving.
"""

import argparse
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx

from tests.load import Client
from tests.load_server import NAMES, key, lighthouse
from tests.processes import model_server, proxying, together


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--word", type=float, default=0.02, help="seconds that the stand-in takes for a word")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, model_server(options.word) as model:
        folder = Path(name)
        (folder / "data").mkdir()
        keys = ",".join(map(key, range(options.clients)))
        before = time.monotonic()
        with together(folder, model, ARTICLE_QA_API_KEYS=keys) as both, proxying(both.urls) as proxy:
            print(f"both ready after {time.monotonic() - before:.0f} s;", *(both.memory(n) for n in range(2)))
            headers = {"Authorization": f"Bearer {key(0)}"}
            for start in range(0, len(NAMES), 50):
                files = [
                    ("files", (f"{name}.txt", lighthouse(name).text.encode())) for name in NAMES[start : start + 50]
                ]
                added = httpx.post(f"{both.urls[0]}/api/articles", files=files, headers=headers, timeout=600).json()
                assert not added["failed"], added
            end = time.monotonic() + options.seconds
            crowd = [Client(proxy.url, number, end, "real") for number in range(options.clients)]
            for client in crowd:
                client.start()
            time.sleep(options.seconds / 2)
            told = [both.memory(n) for n in range(2)]
            both.kill(0)
            for client in crowd:
                client.join()
            print("memory, MB, at the middle:", *told, "at the end:", both.memory(1))
            print("requests that each answered:", list(proxy.sent.values()))
    done, problems = Counter[str](), list[str]()
    for client in crowd:
        done += client.load.done
        problems += client.load.problems
    searches = sorted(seconds for client in crowd for seconds in client.load.searches)
    crossed = [problem for problem in problems if " got " in problem]
    print(f"{options.clients} clients:", dict(done))
    median, p95 = statistics.median(searches), statistics.quantiles(searches, n=20)[-1]
    print(f"{len(searches)} searches, s: median {median:.2f}, p95 {p95:.2f}, longest {searches[-1]:.2f}")
    print(
        f"{len(crossed)} answers to another's question; {len(problems) - len(crossed)} requests ended with the process:"
    )
    print(*Counter(problem[:90] for problem in problems).most_common(12), sep="\n")


if __name__ == "__main__":
    main()
