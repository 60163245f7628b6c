"""Work for several: by processes, in a thread, or in turn."""

from __future__ import annotations

import threading

import pytest
from joblib import parallel_config

from convcat.workers import are_ours, meanwhile


class TestMeanwhile:
    def test_apart(self):
        """It goes on while the block does."""
        begun = threading.Event()
        with meanwhile(begun.set) as done:
            assert begun.wait(10)
            assert done() is None

    def test_in_turn(self):
        """It waits until its result is asked for, in the same thread."""
        seen = []
        with meanwhile(lambda: seen.append(threading.get_ident()), apart=False) as done:
            assert seen == []
            done()
        assert seen == [threading.get_ident()]

    @pytest.mark.parametrize("apart", [False, True])
    def test_what_goes_wrong_is_said_where_the_result_is_asked_for(self, apart):
        """As if it were done there."""
        with pytest.raises(ZeroDivisionError), meanwhile(divmod, 1, 0, apart=apart) as done:
            done()


class TestAreOurs:
    @pytest.mark.parametrize(("n_jobs", "ours"), [(None, False), (1, False), (2, True)])
    def test_processes_of_this_machine(self, n_jobs, ours):
        """One process is none beside us, and what was not asked for is another's to say."""
        assert are_ours(n_jobs) is ours

    def test_another_engine(self):
        """A thread of ours would not know of it."""
        with parallel_config(backend="threading"):
            assert not are_ours(2)
