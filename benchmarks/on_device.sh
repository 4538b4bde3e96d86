#!/usr/bin/env bash
# Run the GPU path on a bare machine with an NVIDIA GPU: see docs/gpu.md.
#
#   benchmarks/on_device.sh [--wheels DIR] [--dry-run] [--steps STEP …] [--output DIR]
#
# Nothing is downloaded. Wheels of DIR are installed into build/on_device/site, beside what the
# machine's Python (PYTHON, or python3) has already. The exit status is 1 if a step failed.
set -uo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
site=$PWD/build/on_device/site
if [ "${1:-}" = --wheels ]; then
  mkdir -p "$site"
  "$python" -m pip install --quiet --no-index --no-deps --no-compile --upgrade --target "$site" \
    "$2"/*.whl || echo "the wheels of $2 could not be installed: going on without them" >&2
  shift 2
fi
[ -d "$site" ] && export PYTHONPATH=$site${PYTHONPATH:+:$PYTHONPATH}
export PYTHONUNBUFFERED=1
exec "$python" benchmarks/on_device "$@"
