"""In which interpreters of a process the package works."""

__all__ = ["require_main_interpreter"]


def require_main_interpreter() -> None:
    """Refuse subinterpreters, before anything is loaded that crashes or hangs in one.

    NumPy 2 can be loaded by one interpreter of a process, and NumPy 1.24 crashes in the second.
    Our extension would wait forever at the end of a subinterpreter of Python 3.10 or 3.11.

    Raises:
        ImportError: in a subinterpreter.
    """
    if not _is_main():
        raise ImportError(
            "textmetrics works in the main interpreter of a process only, like NumPy, and this is "
            "a subinterpreter: use threads or processes (mod_wsgi: WSGIApplicationGroup %{GLOBAL})"
        )


def _is_main() -> bool:
    import _thread
    from importlib import import_module

    if hasattr(_thread, "_is_main_interpreter"):  # since Python 3.12
        return bool(_thread._is_main_interpreter())
    try:
        interpreters = import_module("_xxsubinterpreters")
    except ImportError:  # a Python that has none
        return True
    return bool(interpreters.get_current() == interpreters.get_main())
