"""What is loaded is left out of garbage collection for a while, and no longer."""

from __future__ import annotations

import gc

import pytest

from convcat.memory import settled


def test_for_a_while():
    """It ends with the block, also with one that fails."""
    frozen = []

    def fails():
        frozen.append(gc.get_freeze_count())
        raise ValueError

    with pytest.raises(ValueError), settled():
        fails()
    assert frozen[0] > 0
    assert not gc.get_freeze_count()


def test_what_the_caller_keeps_out_stays_out():
    """A program that froze its own objects finds them frozen."""
    gc.freeze()
    try:
        with settled():
            pass
        assert gc.get_freeze_count()
    finally:
        gc.unfreeze()
