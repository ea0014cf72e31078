#!/bin/sh
# Lays a work order for a person into an outbox folder, once per id. Verbs, in order: check, write; after a failure:
# undo.
# shellcheck source=formulas/lib/run.sh
. "$COUNTERSIGN_FORMULAS/lib/run.sh"

order=$VAR_OUTBOX/$COUNTERSIGN_ID.md
# Orders are moved on by those who take them; the mark stays, so that no id is ordered twice.
mark=$VAR_OUTBOX/.ordered/$COUNTERSIGN_ID

check() {
  if [ ! -d "$VAR_OUTBOX" ] || [ -L "$VAR_OUTBOX" ]; then fail "there is no folder $VAR_OUTBOX"; fi
  [ -f "$VAR_OUTBOX/.countersign-outbox" ] ||
    fail "$VAR_OUTBOX is not an outbox: its owner makes one of it with an empty file .countersign-outbox"
  if [ -e "$mark" ] || [ -e "$order" ] || [ -L "$order" ]; then fail "an order $COUNTERSIGN_ID was written already"; fi
  if [ -n "${VAR_DEADLINE:-}" ]; then
    [ "$(date -u -d "$VAR_DEADLINE" +%F 2>/dev/null || true)" = "$VAR_DEADLINE" ] || fail "$VAR_DEADLINE is not a day"
    today=$(date -u +%Y%m%d)
    [ "$(date -u -d "$VAR_DEADLINE" +%Y%m%d)" -ge "$today" ] || fail "the deadline $VAR_DEADLINE is over"
  fi
  text >order.md
  cat order.md
}

# Free text stands behind > so that it cannot look like the order's own lines.
quoted() {
  printf '%s\n' "$1" | tr -d '\000-\010\013-\037\177' | sed 's/^/> /'
}

text() {
  printf '# Work order %s\n\n' "$COUNTERSIGN_ID"
  printf -- '- Deadline: %s\n' "${VAR_DEADLINE:-none}"
  printf -- '- At most: %s %s, everything included\n' "$VAR_BUDGET" "${VAR_CURRENCY:-EUR}"
  printf -- '- Approved as: %s, tier %s, claimed in commit %s\n' \
    "$COUNTERSIGN_FORMULA" "$COUNTERSIGN_TIER" "$COUNTERSIGN_COMMIT"
  printf '\n## What\n\n'
  quoted "$VAR_TITLE"
  printf '\n## Task\n\n'
  quoted "$VAR_TASK"
  printf '\n## Where\n\n'
  quoted "${VAR_PLACE:-Anywhere.}"
  printf '\n## Done when\n\n'
  quoted "$VAR_DONE_WHEN"
}

write() {
  mkdir -p -- "$VAR_OUTBOX/.ordered"
  # Of two runs with one id, mkdir lets one through.
  mkdir -- "$mark" 2>/dev/null || fail "an order $COUNTERSIGN_ID was written already"
  : >marked
  cp -- order.md "$VAR_OUTBOX/.$COUNTERSIGN_ID.tmp"
  # A link appears whole or not at all, and never in the place of another file.
  ln -T -- "$VAR_OUTBOX/.$COUNTERSIGN_ID.tmp" "$order"
  : >written
  rm -f -- "$VAR_OUTBOX/.$COUNTERSIGN_ID.tmp"
  output order "$order"
  output order_sha256 "$(sha256sum <order.md | cut -d ' ' -f 1)"
  note "wrote $order"
}

# Only what this run began and did not bring to its end: an order that lies there may be in work already.
undo() {
  if [ ! -e marked ] || [ -e written ]; then
    note 'nothing to take back'
    return
  fi
  rm -f -- "$VAR_OUTBOX/.$COUNTERSIGN_ID.tmp"
  rmdir -- "$mark"
  note 'no order was written; its id is free again'
}

case $1 in
  check) check ;;
  write) write ;;
  undo) undo ;;
  *) fail "run-rent-a-human.sh does not know $1" ;;
esac
