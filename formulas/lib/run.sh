# shellcheck shell=sh
# How a step speaks: to the log, to the signed outcome, and to stop. Sourced, never started.
set -eu
umask 022
LC_ALL=C
export LC_ALL

# What is said may quote a repo's content: no control characters of it reach a reader's terminal.
note() {
  printf '%s\n' "$*" | tr -d '\000-\010\013-\037\177'
}

fail() {
  note "stopped: $*" >&2
  exit 1
}

# output KEY VALUE: one line for the signed outcome. A control character in a value could forge a second line.
output() {
  printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr -d '\000-\037\177')" >>"${COUNTERSIGN_OUTPUT:-/dev/null}"
}
