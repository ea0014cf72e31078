#!/bin/sh
# Reports on what a head would bring to a base. Verbs, in order: fetch, report. Changes nothing anywhere.
# shellcheck source=formulas/lib/remote.sh
. "$COUNTERSIGN_FORMULAS/lib/remote.sh"
# A larger blob counts as binary: a diff of it would need memory, and nobody would read it.
git_config core.bigFileThreshold 8m
use_repo

fetch() {
  fetch_revision "$VAR_BASE" refs/countersign/base
  fetch_revision "$VAR_HEAD" refs/countersign/head
  git rev-parse --verify --quiet 'refs/countersign/base^{commit}' >base-commit || fail "$VAR_BASE is not a commit"
  git rev-parse --verify --quiet 'refs/countersign/head^{commit}' >head-commit || fail "$VAR_HEAD is not a commit"
  git merge-base "$(cat base-commit)" "$(cat head-commit)" >merge-bases ||
    fail "$VAR_BASE and $VAR_HEAD have no common history"
}

diff_of_change() {
  git diff --no-ext-diff --no-textconv --no-color --no-renames --src-prefix=a/ --dst-prefix=b/ "$@" \
    "$(head -n 1 merge-bases)" "$(cat head-commit)" --
}

# What is counted below, a file of lines each, so that a count is a number of lines.
collect() {
  diff_of_change --numstat >numstat
  diff_of_change --raw --no-abbrev >raw
  awk -F '\t' '$1 == "-" { print $3 }' numstat >binary
  diff_of_change --check >check || [ -s check ] || fail 'git diff --check failed'
  awk '/: leftover conflict marker$/' check >conflict-markers
  awk '/^[^+].*:[0-9]+: / && !/: leftover conflict marker$/' check >whitespace
  diff_of_change -U0 >change.diff
  sh "$COUNTERSIGN_FORMULAS/lib/secret-like.sh" <change.diff >secret-like
  rm -f change.diff
  awk -F '\t' '{ split($1, f, " "); if (f[5] != "D" && f[2] != "160000") print f[4] " " $2 }' raw >new-blobs
  git cat-file --batch-check='%(objectsize) %(rest)' <new-blobs >sizes
  LIMIT=$((${VAR_BIG_KB:-500} * 1024)) awk '
    $1 > ENVIRON["LIMIT"] + 0 { size = $1; sub(/^[0-9]+ /, ""); printf "%s (%d KiB)\n", $0, size / 1024 }' sizes >big
  awk -F '\t' '{
    split($1, f, " "); old = substr(f[1], 2); new = f[2]
    if (new == old || f[5] == "D") next
    if (new == "120000") print $2 ": symbolic link"
    else if (new == "160000") print $2 ": submodule"
    else if (new == "100755") print $2 ": executable"
  }' raw >modes
  git merge-tree --write-tree --name-only "$(cat base-commit)" "$(cat head-commit)" >merge && merged=0 || merged=$?
  case $merged in 0) merges=clean ;; 1) merges=conflict ;; *) merges=unknown ;; esac
}

section() {
  count=$(($(wc -l <"$2")))
  [ "$count" -gt 0 ] || return 0
  printf '\n## %s: %d\n\n' "$1" "$count"
  head -n "${VAR_ROWS:-20}" "$2" | sed 's/^/    /'
  [ "$count" -le "${VAR_ROWS:-20}" ] || printf '    … and %d more\n' $((count - ${VAR_ROWS:-20}))
}

# The outcome keeps the end of the log: what matters most comes last.
report() {
  collect
  commits=$(git rev-list --count "$(head -n 1 merge-bases)..$(cat head-commit)" --)
  files=$(($(wc -l <numstat)))
  lines_added=$(awk '{ n += $1 } END { print n + 0 }' numstat)
  lines_removed=$(awk '{ n += $2 } END { print n + 0 }' numstat)
  sort -rn numstat | awk -F '\t' '{ print "+" $1 " -" $2 "\t" $3 }' >largest
  {
    printf '# Review of %s onto %s\n\n' "$VAR_HEAD" "$VAR_BASE"
    printf 'head %s, base %s, merge base %s\n' "$(cat head-commit)" "$(cat base-commit)" "$(head -n 1 merge-bases)"
    section 'Files, the largest change first' largest
    section 'Modes to look at' modes
    section 'Binary files' binary
    section "Files over ${VAR_BIG_KB:-500} KiB" big
    section 'Whitespace errors' whitespace
    section 'Left-over conflict markers' conflict-markers
    section 'Looks like a secret' secret-like
    printf '\n## In short\n\n%s commits, %s files, +%s -%s lines; merges: %s\n' \
      "$commits" "$files" "$lines_added" "$lines_removed" "$merges"
  } >report.md
  note "$(cat report.md)"
  output commits "$commits"
  output files "$files"
  output lines_added "$lines_added"
  output lines_removed "$lines_removed"
  output merges "$merges"
  for name in secret-like conflict-markers whitespace big binary; do
    output "$(printf '%s' "$name" | tr - _)" "$(($(wc -l <"$name")))"
  done
  output head "$(cat head-commit)"
}

case $1 in
  fetch) fetch ;;
  report) report ;;
  *) fail "review-pr.sh does not know $1" ;;
esac
