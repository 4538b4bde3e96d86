"""GPUs by NVIDIA's own library, which the package nvidia-ml-py calls."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

__all__ = ["Gpus"]


class Gpus:
    """The GPUs of this machine, whatever ``CUDA_VISIBLE_DEVICES`` says.

    Attributes:
        devices: index, name and memory of each; ``None`` if that cannot be had.
    """

    def __init__(self) -> None:
        self.devices: list[dict[str, Any]] | None = None
        self._missing: list[tuple[str, str]] = []
        self._handles: list[Any] = []
        self._are_numbers_known = not _is_in_namespace()
        try:
            import pynvml

            self._library: Any = pynvml
        except ImportError as error:
            needed = "pip install 'textmetrics-eval[monitor]'"
            self._missing.append(("gpus", f"needs nvidia-ml-py: {needed} ({error})"))
            return
        try:
            pynvml.nvmlInit()
            count = pynvml.nvmlDeviceGetCount()
            self._handles = [pynvml.nvmlDeviceGetHandleByIndex(each) for each in range(count)]
            self.devices = [self._described(*each) for each in enumerate(self._handles)]
        except pynvml.NVMLError as error:
            self._missing.append(("gpus", f"no NVIDIA driver that answers: {error}"))

    def missing(self) -> Iterator[tuple[str, str]]:
        """Yield figures that cannot be had, and why."""
        while self._missing:
            yield self._missing.pop(0)

    def sample(self, pids: Collection[int]) -> list[dict[str, Any]] | None:
        """Measure each GPU.

        Args:
            pids: the processes whose memory on the GPU is summed.

        Returns:
            The fields of each GPU, or ``None`` if there is no driver.
        """
        if self.devices is None:
            return None
        return [self._measured(*each, pids) for each in enumerate(self._handles)]

    def _described(self, index: int, handle: Any) -> dict[str, Any]:
        name = self._library.nvmlDeviceGetName(handle)
        memory = self._had("memory_bytes", lambda: self._library.nvmlDeviceGetMemoryInfo(handle))
        return {
            "index": index,
            "name": name.decode("utf-8", "replace") if isinstance(name, bytes) else name,
            "memory_bytes": None if memory is None else int(memory.total),
        }

    def _measured(self, index: int, handle: Any, pids: Collection[int]) -> dict[str, Any]:
        library = self._library
        rates = self._had("utilization", lambda: library.nvmlDeviceGetUtilizationRates(handle))
        memory = self._had("memory_bytes", lambda: library.nvmlDeviceGetMemoryInfo(handle))
        power = self._had("power_w", lambda: library.nvmlDeviceGetPowerUsage(handle))
        kind = library.NVML_TEMPERATURE_GPU
        return {
            "index": index,
            "utilization": None if rates is None else rates.gpu / 100,
            "memory_bytes": None if memory is None else int(memory.used),
            "power_w": None if power is None else power / 1000,
            "temperature_c": self._had(
                "temperature_c", lambda: library.nvmlDeviceGetTemperature(handle, kind)
            ),
            "process_memory_bytes": self._had(
                "process_memory_bytes", lambda: self._of_processes(handle, pids)
            ),
        }

    def _of_processes(self, handle: Any, pids: Collection[int]) -> int | None:
        found: dict[int, int | None] = {}
        for list_of in (
            self._library.nvmlDeviceGetComputeRunningProcesses,
            self._library.nvmlDeviceGetGraphicsRunningProcesses,
        ):
            found |= {each.pid: each.usedGpuMemory for each in list_of(handle)}
        ours = [memory for pid, memory in found.items() if pid in pids]
        self._are_numbers_known = self._are_numbers_known or bool(ours)
        if not self._are_numbers_known:
            self._lacks_processes(
                "in this container the driver may call processes by other numbers"
            )
            return None
        if None in ours:
            self._lacks_processes("the driver does not tell the memory of a process")
            return None
        return sum(memory for memory in ours if memory is not None)

    def _lacks_processes(self, reason: str) -> None:
        self._missing.append(("gpus.process_memory_bytes", reason))

    def _had(self, figure: str, measure: Callable[[], Any]) -> Any:
        try:
            return measure()
        except self._library.NVMLError as error:
            self._missing.append((f"gpus.{figure}", str(error)))
            return None


_FIRST_NAMESPACE: Final = 0xEFFFFFFC  # of processes, by the kernel's constant PROC_PID_INIT_INO


def _is_in_namespace() -> bool:
    """Return whether this process has another number outside, as in containers."""
    try:
        return os.stat("/proc/self/ns/pid").st_ino != _FIRST_NAMESPACE
    except OSError:
        return False
