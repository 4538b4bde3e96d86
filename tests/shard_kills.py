"""End ``score --states`` at any moment, run it again, and look at what comes out.

The signal goes to the command, to all of its processes, or to one process that scores a file. Then
each state in the folder is a whole one, no process is left, and the next run prints the very bytes
that one run prints.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import textmetrics
from tests.generated import generated
from tests.kills import CODES, UNTRACED, Ended, Moment, Rivals, command, content, listing, run
from textmetrics.states import state_of, write_state

TARGETS = ("command", "group", "worker")
_COMMANDS = str(Path(textmetrics.__file__).parent / "cli")
_SECONDS_TO_GO = 60  # for processes whose parent was killed, on a busy machine


class Shards:
    """A command that scores files into states, and what is there when nothing ends it.

    Args:
        folder: where the files are made, and ``st``.
        files: how many.
        records: in each of them.
    """

    def __init__(self, folder: Path, files: int = 8, records: int = 1500) -> None:
        folder.mkdir()
        names = [f"part-{at}.jsonl" for at in range(files)]
        for at, name in enumerate(names):
            (folder / name).write_bytes(b"".join(generated(records, at)))
        self.folder, self.states = folder, folder / "st"
        self._arguments = ["score", *names, "--states", "st", "--jobs", "2"]
        begun = time.monotonic()
        self.printed = run(self._arguments, folder).out
        self._seconds = time.monotonic() - begun
        self.whole = content(self.states)
        assert len(self.whole) == files
        assert self.printed == run(["score", *names, "--merge"], folder).out
        self._empty()

    def killed(self, moments: int, chance: random.Random) -> Iterator[tuple[str, Moment, Ended]]:
        """End the command at so many moments; after every few, let the next one end."""
        for at in range(moments):
            target, moment = chance.choice(TARGETS), Moment.drawn(chance)
            yield target, moment, self.end(target, moment)
            if at % 4 == 3 or at == moments - 1 or content(self.states) == self.whole:
                self.finish()

    def end(self, target: str, moment: Moment) -> Ended:
        """End the command or one of its processes, and check what is there then."""
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command(*self._arguments),
            cwd=self.folder,
            stdout=pipe,
            stderr=pipe,
            env=UNTRACED,
            start_new_session=True,
        )
        self._wait(moment, process)
        self._send(target, moment.number, process.pid)
        out, err = process.communicate(timeout=120)
        ended = Ended(process.returncode, out, err.decode())
        self._check(target, moment.number, ended)
        latest = time.monotonic() + _SECONDS_TO_GO
        while left := members(process.pid):
            assert time.monotonic() < latest, left
            time.sleep(0.05)
        return ended

    def finish(self) -> None:
        """Let a run end: what it prints and leaves is that of one run; then begin anew."""
        done = run(self._arguments, self.folder)
        assert (done.code, done.out) == (0, self.printed), done
        assert content(self.states) == self.whole
        self._empty()

    def _empty(self) -> None:
        shutil.rmtree(self.states)
        self.states.mkdir()

    def _wait(self, moment: Moment, process: subprocess.Popen[bytes]) -> None:
        if not moment.watched:
            time.sleep(moment.share * self._seconds)
            return
        # A state shows up as a file, grows, and is renamed.
        seen, changed = listing(self.states), 0
        while changed < moment.share * 3 * len(self.whole) and process.poll() is None:
            time.sleep(0.0005)
            if (now := listing(self.states)) != seen:
                seen, changed = now, changed + 1

    def _send(self, target: str, number: signal.Signals, pid: int) -> None:
        try:
            if target == "group":
                os.killpg(pid, number)
            elif target == "command":
                os.kill(pid, number)
            else:
                for worker in workers_of(pid)[:1]:
                    os.kill(worker, number)
        except ProcessLookupError:  # it is over
            pass

    def _check(self, target: str, number: signal.Signals, ended: Ended) -> None:
        codes = {3} if target == "worker" else CODES[number]
        assert ended.code in codes | {0}, ended
        if ended.code == 0:
            assert ended.out == self.printed, ended
        if ended.code == 3:
            assert f"was ended by {number.name}" in ended.err, ended
            assert b"incomplete: only " in ended.out, ended
        if _COMMANDS in ended.err:  # before, the words are Python's own
            assert "Traceback" not in ended.err, ended
        found = content(self.states)
        states = {name: raw for name, raw in found.items() if ".textmetrics-" not in name}
        assert states.items() <= self.whole.items(), sorted(states)


def merge_runs(folder: Path, files: int = 6, records: int = 300) -> Rivals:
    """Return two runs of ``merge --state``, of different states."""
    folder.mkdir()
    arguments = []
    for side in ("old", "new"):
        states = []
        for at in range(files):
            name, state = f"{side}-{at}.jsonl", f"{side}-{at}.json"
            (folder / name).write_bytes(b"".join(generated(records, len(arguments) * files + at)))
            write_state(state_of(str(folder / name)), folder / state)
            states.append(state)
        arguments.append(["merge", *states, "--state", "out/all.json.gz"])
    return Rivals(folder, arguments)


def killed(folder: Path, moments: int, seed: int) -> Iterator[tuple[str, Moment, Ended]]:
    """End ``score --states`` at so many moments, a quarter of them less, and then ``merge``."""
    chance = random.Random(seed)
    merges = moments // 4
    yield from Shards(folder / "score").killed(moments - merges, chance)
    for moment, ended in merge_runs(folder / "merge").killed(merges, chance):
        yield "merge", moment, ended


def processes() -> Iterator[tuple[int, int, int, str, str]]:
    """Yield the number, parent, group, state and command of each process."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,pgid=,stat=,args="], capture_output=True, check=True
    )
    for line in listed.stdout.decode("utf-8", "replace").splitlines():
        pid, parent, group, state, *arguments = line.split(maxsplit=4)
        yield int(pid), int(parent), int(group), state, " ".join(arguments)


def members(group: int) -> list[str]:
    """Return the commands of the processes of a group that have not ended."""
    return [each[4] for each in processes() if each[2] == group and not each[3].startswith("Z")]


def workers_of(pid: int) -> list[int]:
    """Return the processes of a command that score files."""
    return [each[0] for each in processes() if each[1] == pid and "spawn_main" in each[4]]
