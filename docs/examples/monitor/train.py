"""Stands for training: three epochs of steps, a checkpoint after each, and a crash if asked for.

Usage: textmetrics monitor --output runs/a -- python train.py
       textmetrics monitor --output runs/b --restarts 2 -- python train.py --crash
"""

import os
import signal
import sys
import time

from textmetrics.monitor import epoch, mark, step

EPOCHS, STEPS, TOKENS = 3, 5, 2_000
BLOCK = 1_000_000  # bytes
CHECKPOINT = "checkpoint.txt"


def finished_epochs():
    """Return how many epochs the checkpoint has."""
    try:
        with open(CHECKPOINT, encoding="utf-8") as file:
            return int(file.read())
    except FileNotFoundError:
        return 0


def one_step(weights):
    """Use a processor for a while, and more memory than before."""
    end = time.perf_counter() + 0.3
    while time.perf_counter() < end:
        sum(range(10_000))
    weights.append(bytearray(os.urandom(BLOCK) * 2))


def main():
    """Do the epochs that are left."""
    done, weights = finished_epochs(), []
    for number in range(done + 1, EPOCHS + 1):
        with epoch(number):
            for within in range(1, STEPS + 1):
                one_step(weights)
                step((number - 1) * STEPS + within, tokens=TOKENS)
                if "--crash" in sys.argv and done == 0 and number == 2 and within == 3:
                    os.kill(os.getpid(), signal.SIGSEGV)
        began = time.perf_counter()
        with open("weights.bin", "wb") as file:
            file.writelines(weights)
            os.fsync(file.fileno())
        with open(CHECKPOINT, "w", encoding="utf-8") as file:
            file.write(str(number))
        mark("checkpoint", seconds=round(time.perf_counter() - began, 3))


if __name__ == "__main__":
    main()
