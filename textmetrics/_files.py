"""Read small files whole: lists of words, dictionaries, configurations."""

from __future__ import annotations

import os
import stat

__all__ = ["read_small_file"]

_PIPE_SECONDS = 10.0  # to wait for the program that writes to a pipe


def read_small_file(path: str | os.PathLike[str], what: str, *, megabytes: int) -> bytes:
    """Return the bytes of a file that nobody makes long on purpose, or refuse it.

    It may be a pipe, and a device that ends; what never ends, such as ``/dev/zero``, is refused as
    soon as it is too long, and a pipe to which no program writes after some seconds.

    Args:
        path: the file.
        what: what it should be, such as ``a list of stopwords``.
        megabytes: how long it may be.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is too long, or nothing is written to the pipe.

    Examples:
        >>> read_small_file("/dev/zero", "a list of stopwords", megabytes=1)
        Traceback (most recent call last):
        ValueError: /dev/zero: more than 1 MB, which a list of stopwords never has; check the file
    """
    most = megabytes * 1_000_000
    with open(path, "rb", opener=_without_waiting) as file:
        if stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
            _await_writer(file.fileno(), os.fspath(path))
        try:
            content = file.read(most + 1)
        except OSError as error:  # which has no name then
            raise OSError(error.errno, error.strerror, os.fspath(path)) from error
    if len(content) > most:
        raise ValueError(
            f"{os.fspath(path)}: more than {megabytes} MB, which {what} never has; check the file"
        )
    return content


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe without waiting for a program that writes to it."""
    is_pipe = hasattr(os, "O_NONBLOCK") and stat.S_ISFIFO(os.stat(path).st_mode)
    return os.open(path, flags | os.O_NONBLOCK if is_pipe else flags)


def _await_writer(descriptor: int, path: str) -> None:
    """Wait until there is something to read from a pipe, or its other end is closed."""
    import select

    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    if not poll.poll(_PIPE_SECONDS * 1000):
        raise ValueError(
            f"{path}: a pipe to which no program writes; start that first, or name a file"
        )
    os.set_blocking(descriptor, True)
