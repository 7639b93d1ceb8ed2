#!/bin/bash
# The line to staff on real parts: tests/line/run.sh [--all] [NAME...]
# --all takes minutes: every fault at every step, a network that is cut (as root), a simulated day.
set -u
cd "$(dirname "$0")/../.." || exit 1
exec python3 tests/line/line.py "$@"
