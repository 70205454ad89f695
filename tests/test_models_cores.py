"""Which piece of work goes first, with one core and work that waits to be let on."""

import subprocess
import sys
import threading

import pytest

from qa.models.cores import Cores, Urgency, urgency


def test_what_is_most_urgent_goes_first_and_else_what_came_first() -> None:
    cores, done, begun, go_on = Cores(1), [], threading.Event(), threading.Event()

    def held(_: str) -> None:
        begun.set()
        go_on.wait()

    def ask(kind: Urgency, names: list[str]) -> threading.Thread:
        def work() -> None:
            urgency.set(kind)
            cores.map(done.append, names)

        thread = threading.Thread(target=work)
        thread.start()
        while cores._pieces.qsize() < sum(waiting) + len(names):
            pass
        waiting.append(len(names))
        return thread

    waiting: list[int] = []
    first = threading.Thread(target=cores.map, args=(held, [""]))
    first.start()
    begun.wait()
    others = [
        ask(Urgency.ARTICLES, ["article 1", "article 2"]),
        ask(Urgency.ANSWER, ["answer 1", "answer 2"]),
        ask(Urgency.SEARCH, ["search 1", "search 2"]),
    ]
    go_on.set()
    for thread in (first, *others):
        thread.join()
    assert done == ["search 1", "search 2", "answer 1", "answer 2", "article 1", "article 2"]


def test_results_come_in_order_and_errors_where_the_work_was_asked_for() -> None:
    cores = Cores(2)
    assert cores.map(lambda number: 60 // number, [1, 2, 3]) == [60, 30, 20]
    with pytest.raises(ZeroDivisionError):
        cores.map(lambda number: 60 // number, [1, 0])
    assert cores.map(lambda number: 60 // number, [4]) == [15]


def test_a_process_takes_no_more_cores_than_it_is_lent() -> None:
    code = (
        "import threading; from qa.models.cores import cores, keep_to; keep_to(3); cores();"
        "print(sum(thread.name.startswith('core_') for thread in threading.enumerate()))"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "3\n"
