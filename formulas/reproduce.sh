#!/bin/sh
# Runs a script of a repo some times and counts how it ended. Verbs, in order: fetch, run, judge.
# shellcheck source=formulas/lib/remote.sh
. "$COUNTERSIGN_FORMULAS/lib/remote.sh"

fetch() {
  use_repo
  fetch_revision "$VAR_REF" refs/countersign/subject
  git rev-parse --verify --quiet 'refs/countersign/subject^{commit}' >commit || fail "$VAR_REF is not a commit"
  git ls-tree "$(cat commit)" -- "$VAR_SCRIPT" >entry
  case $(awk '{ print $1; exit }' entry) in
    100755) printf '' >shell ;;
    100644) printf 'sh' >shell ;;
    '') fail "there is no $VAR_SCRIPT in $VAR_REF" ;;
    *) fail "$VAR_SCRIPT is not a regular file" ;;
  esac
  note "$VAR_SCRIPT of $(cat commit) can be run"
}

# Each run has a clone and a home of its own, so that none sees what the one before left.
run_all() {
  passed=0 failed=0 timed_out=0 number=1
  while [ "$number" -le "${VAR_RUNS:-10}" ]; do
    run_once "$number" && status=0 || status=$?
    case $status in
      0) passed=$((passed + 1)) ;;
      124 | 137) timed_out=$((timed_out + 1)) ;;
      *) failed=$((failed + 1)) ;;
    esac
    note "run $number: exit $status"
    if [ "$status" -ne 0 ] && [ $((failed + timed_out)) -eq 1 ]; then
      note 'the end of its output, as that of the first that failed:'
      note "$(tail -c 4096 "run-$number.log" | sed 's/^/  | /')"
    fi
    rm -rf -- "run-$number" "run-$number.log"
    number=$((number + 1))
  done
  printf '%s %s %s\n' "$passed" "$failed" "$timed_out" >counts
  output commit "$(cat commit)"
  output passed "$passed"
  output failed "$failed"
  output timed_out "$timed_out"
  note "$passed passed, $failed failed, $timed_out took longer than ${VAR_SECONDS:-300} s"
}

# The repo's code sees no variables and not where the outcome is written: it has no business there. COUNTERSIGN_RUN
# stays: by it the runner finds what was left in the background.
run_once() {
  mkdir -- "run-$1" "run-$1/home" "run-$1/tmp"
  git clone --quiet --shared --no-checkout --template= -- "$PWD/repo.git" "run-$1/repo" || fail 'cannot clone'
  git -C "run-$1/repo" checkout --quiet --detach "$(cat commit)" -- || fail 'cannot check out'
  shell=$(cat shell)
  (
    cd "run-$1/repo"
    # shellcheck disable=SC2086 # nothing, or sh
    exec timeout --kill-after=10 "${VAR_SECONDS:-300}" env -i PATH="$PATH" LANG="${LANG:-C}" RUN="$1" \
      HOME="$PWD/../home" TMPDIR="$PWD/../tmp" COUNTERSIGN_RUN="${COUNTERSIGN_RUN:-}" $shell "./$VAR_SCRIPT"
  ) >"run-$1.log" 2>&1 </dev/null
}

judge() {
  read -r passed failed timed_out <counts
  case ${VAR_EXPECT:-any} in
    any) ;;
    pass) [ $((failed + timed_out)) -eq 0 ] || fail "not all runs passed" ;;
    fail) [ "$passed" -eq 0 ] || fail "$passed runs passed" ;;
  esac
}

case $1 in
  fetch) fetch ;;
  run) run_all ;;
  judge) judge ;;
  *) fail "reproduce.sh does not know $1" ;;
esac
