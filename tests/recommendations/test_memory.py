"""What is remembered is asked anew in time, by one thread, and nobody waits for it."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest

from recommendations import memory


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 0.0

    monkeypatch.setattr(memory.time, "monotonic", lambda: Clock.now)
    return Clock


def test_it_is_asked_anew_when_its_time_is_over(clock):
    numbers = count()
    short = memory.remembered()(lambda: next(numbers))
    long = memory.remembered(times=3)(lambda: next(numbers))

    assert (short(), long(), short(), long()) == (0, 1, 0, 1)
    clock.now += memory.REMEMBER_SECONDS
    assert (short(), long()) == (2, 1)
    clock.now += 2 * memory.REMEMBER_SECONDS
    assert long() == 3


def test_while_one_asks_the_others_go_on_with_what_was_known(clock):
    asked, answered, calls = Event(), Event(), []

    @memory.remembered()
    def slow():
        calls.append(1)
        if len(calls) == 2:
            asked.set()
            assert answered.wait(10)
        return len(calls)

    assert slow() == 1
    clock.now += memory.REMEMBER_SECONDS
    with ThreadPoolExecutor(1) as other:
        newer = other.submit(slow)
        assert asked.wait(10)
        assert [slow(), slow()] == [1, 1]
        answered.set()
        assert newer.result(10) == 2
    assert slow() == 2


def test_where_nothing_is_known_all_wait_and_one_asks():
    asked, calls = Event(), []

    @memory.remembered()
    def first():
        calls.append(1)
        assert asked.wait(10)
        return "known"

    with ThreadPoolExecutor(4) as others:
        answers = [others.submit(first) for _thread in range(4)]
        asked.set()
        assert {answer.result(10) for answer in answers} == {"known"}
    assert len(calls) == 1


def test_a_question_that_failed_is_asked_again(clock):
    numbers = iter([ValueError("no database"), "known"])

    @memory.remembered()
    def shaky():
        found = next(numbers)
        if isinstance(found, Exception):
            raise found
        return found

    with pytest.raises(ValueError, match="no database"):
        shaky()
    assert shaky() == "known"
