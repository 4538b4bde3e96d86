"""Run the GPU path on a device: see command.py."""

import sys
from pathlib import Path

if __name__ == "__main__":
    benchmarks = Path(__file__).resolve().parents[1]
    sys.path += [str(benchmarks), str(benchmarks.parent)]  # the sources, where none is installed
    from command import main

    raise SystemExit(main())
