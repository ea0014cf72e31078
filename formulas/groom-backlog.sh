#!/bin/sh
# Reports on the actions that wait on main: prints Markdown with a remedy for each, and gives the counts to the outcome.
# shellcheck source=formulas/lib/ops-repo.sh
. "$COUNTERSIGN_FORMULAS/lib/ops-repo.sh"

days=${VAR_DAYS:-30}
stale_days=${VAR_STALE_DAYS:-7}
NOW=$(date -u +%Y-%m-%dT%H:%M:%S)
STALE_BEFORE=$(date -u -d "-$stale_days days" +%s)
export NOW STALE_BEFORE

# open: `blob name` of the well-formed files; odd: names of everything else that lies there.
list_open() {
  ops ls-tree -l "$COUNTERSIGN_COMMIT" vault/actions/ >entries
  awk -F '\t' '{
    split($1, entry, " "); name = $2; sub(/^"?vault\/actions\//, "", name); sub(/"$/, "", name)
    if (name == "README.md") next
    if (entry[1] != "100644") why = "not a regular file"
    else if (name !~ /^[a-z0-9][a-z0-9._-]*\.toml$/) why = "not the name of an action"
    else if (entry[4] + 0 > 65536) why = "larger than 64 KiB"
    else { print entry[3], substr(name, 1, length(name) - 5) >"open"; next }
    print name ": " why
  } BEGIN { printf "" >"open" }' entries >odd
}

# A line `name id formula expires-at twin` for each open action; twin is the first one with the same formula and [vars].
# A simple reader of TOML, good enough to sort by; what fires is decided by the dispatcher's own parser.
read_open() {
  blobs open | awk '
    function begin(label) { name = label; id = formula = expires = "?"; table = vars = inside = "" }
    function value(text) {
      sub(/^[^=]*=[ \t]*/, "", text)
      if (text ~ /^["\047]/) text = substr(text, 2, index(substr(text, 2), substr(text, 1, 1)) - 1)
      else sub(/[ \t\r]*(#.*)?$/, "", text)
      gsub(/[^A-Za-z0-9._:+-]/, "?", text)
      return text == "" ? "?" : substr(text, 1, 100)
    }
    function line(   rest) {
      if (table == "vars" && $0 !~ /^[ \t]*(#.*)?\r?$/) vars = vars $0 "\n"
      if (inside != "") { if (index($0, inside)) inside = ""; return }
      if (match($0, /=[ \t]*("""|\047\047\047)/)) {
        inside = substr($0, RSTART + RLENGTH - 3, 3); rest = substr($0, RSTART + RLENGTH)
        if (index(rest, inside)) inside = ""
        return
      }
      if ($0 ~ /^[ \t]*\[/) {
        table = $0
        gsub(/^[ \t]*\[[ \t]*|[ \t]*\].*$/, "", table)
        return
      }
      if (table != "") return
      if ($0 ~ /^[ \t]*id[ \t]*=/) id = value($0)
      if ($0 ~ /^[ \t]*formula[ \t]*=/) formula = value($0)
      if ($0 ~ /^[ \t]*expires_at[ \t]*=/) expires = value($0)
    }
    function end(   same) {
      same = formula "\n" vars
      if (!(same in twin)) { twin[same] = name; print name, id, formula, expires, "-" }
      else print name, id, formula, expires, twin[same]
    }'"$each_blob" >read-actions
}

# A line `name seconds` for each open action that was added within the window; the others are older than that.
read_ages() {
  [ -s open ] || return 0
  ops log --first-parent --diff-filter=A --name-only --format='@%ct' \
    --since="$(date -u -d "-$days days" +%Y-%m-%dT%H:%M:%SZ)" "$COUNTERSIGN_COMMIT" -- vault/actions/ |
    awk '
      FILENAME == "open" { open[$2]; wanted++; next }
      /^@/ { at = substr($0, 2); next }
      /^vault\/actions\/.*\.toml$/ {
        name = substr($0, 15, length($0) - 19)
        if (name in open) { print name, at; delete open[name]; if (--wanted == 0) exit }
      }' open -
}

# A line `name formula age remedy` for each open action, the oldest first.
judge() {
  awk '
    FILENAME == "fired-files" { fired[$3]; next }
    FILENAME == "ages" { age[$1] = $2; next }
    {
      if ($1 in fired) what = "used: this id has fired; ask again under a new id"
      else if ($2 != $1) what = "misnamed: the id inside is not the name of the file"
      else if ($4 ~ /Z$/ && $4 < ENVIRON["NOW"]) what = "expired: remove it"
      else if ($5 != "-") what = "twin: same formula and variables as " $5
      else if (!($1 in age) || age[$1] < ENVIRON["STALE_BEFORE"] + 0) what = "stale: ask its requester, or remove it"
      else what = "waits"
      since = ($1 in age) ? age[$1] : 0
      print since, $1, $3, what
    }' fired-files ages read-actions | sort -k1,1n -k2,2 >judged
}

count_of() {
  WHAT=$1 awk '$4 == ENVIRON["WHAT"] || $4 == ENVIRON["WHAT"] ":" { n++ } END { print n + 0 }' judged
}

report() {
  printf '# Backlog on main\n\nMain at %s. %d actions wait' "$COUNTERSIGN_COMMIT" "$(($(wc -l <judged)))"
  printf ' (requests on branches are not on main: countersign status shows them).\n'
  if [ -s judged ]; then
    printf '\n| waits since | id | formula | what to do |\n| --- | --- | --- | --- |\n'
    head -n "${VAR_ROWS:-50}" judged | while read -r at name formula what; do
      if [ "$at" -eq 0 ]; then since="over $days days"; else since=$(date -u -d "@$at" +%F); fi
      printf '| %s | %s | %s | %s |\n' "$since" "$name" "$formula" "$what"
    done
    [ "$(($(wc -l <judged)))" -le "${VAR_ROWS:-50}" ] || printf '\n… and more\n'
  fi
  if [ -s odd ]; then
    printf '\n## No actions, and in the way\n\n'
    head -n "${VAR_ROWS:-50}" odd | sed 's/^/    /'
  fi
  printf '\n## Fired in the last %d days\n\n| day | fired |\n| --- | ---: |\n' "$days"
  awk '$4 == "intent.json" { n[$2]++ } END { for (day in n) printf "| %s | %d |\n", day, n[day] }' fired-files | sort -r
}

list_open
read_open
read_ages >ages
record_files fired "$days" >fired-files
judge
report >report.md
note "$(cat report.md)"
output open "$(($(wc -l <judged)))"
for what in used misnamed expired twin stale; do output "$what" "$(count_of "$what")"; done
output odd "$(($(wc -l <odd)))"
output fired "$(awk '$4 == "intent.json" { n++ } END { print n + 0 }' fired-files)"
