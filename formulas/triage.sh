#!/bin/sh
# Reports on what fired lately and how it ended: prints Markdown and gives the counts to the outcome.
# shellcheck source=formulas/lib/ops-repo.sh
. "$COUNTERSIGN_FORMULAS/lib/ops-repo.sh"

days=${VAR_DAYS:-7}
rows=${VAR_ROWS:-20}
STUCK_BEFORE=$(date -u -d "-${VAR_STUCK_HOURS:-6} hours" +%Y-%m-%dT%H:%M:%S)
export STUCK_BEFORE

# A line `day id tier formula status claimed-at failed-step` for each claim, newest day first.
read_fired() {
  record_files fired "$days" >fired-files
  # Opening a record costs more than listing it: beyond the cap the oldest days are only counted.
  CAP=${VAR_RECORDS:-20000} awk '
    $2 " " $3 != last { last = $2 " " $3; n++ }
    n <= ENVIRON["CAP"] + 0 && ($4 == "intent.json" || $4 == "outcome.json") { print $1, $2 "/" $3 "/" $4 }
    END { print n + 0 >"fired-count" }' fired-files >to-read
  statements to-read >fired-statements
  awk -F '\t' "$json_strings"'
    function emit() { if (key != "") print day, id, tier, formula, status, claimed, failed }
    {
      split($1, path, "/")
      if (path[1] "/" path[2] != key) {
        emit()
        key = path[1] "/" path[2]; day = path[1]; id = path[2]
        tier = formula = claimed = "?"; status = "in_flight"; failed = "-"
      }
      if (path[3] == "intent.json") {
        tier = word(last($2, "tier")); formula = word(first($2, "formula")); claimed = word(first($2, "claimed_at"))
      } else {
        status = last($2, "status")
        if (status !~ /^(succeeded|failed|timed_out|cancelled|indeterminate)$/) status = "indeterminate"
        # The first key of that name is that of the outcome itself; null stands there when no step failed.
        if (match($2, /"failed_step":(null|")/) && RLENGTH == 15) failed = word(first($2, "failed_step"))
      }
    }
    END { emit() }' fired-statements >fired
  awk '$5 == "in_flight" && ($6 == "?" || $6 < ENVIRON["STUCK_BEFORE"])' fired >stuck
  awk '$5 != "succeeded" && $5 != "in_flight"' fired >unwell
}

# A line `day id reason` for each refusal that reached main.
read_refused() {
  record_files refused "$days" >refused-files
  awk '$4 == "decision.json" { print $1, $2 "/" $3 }' refused-files >to-read
  statements to-read >refused-statements
  awk -F '\t' "$json_strings"'
    { split($1, path, "/"); reason = first($2, "reason"); print path[1], path[2], word(reason) }' \
    refused-statements >refused
}

# by COLUMN: a table of `fired`, one row for each value of that column.
by() {
  printf '| %s | fired | succeeded | failed | timed out | cancelled | indeterminate | in flight |\n' "$2"
  printf '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n'
  COLUMN=$1 awk '
    { name = $ENVIRON["COLUMN"]; all[name]++; count[name, $5]++ }
    END {
      for (name in all) printf "| %s | %d | %d | %d | %d | %d | %d | %d |\n", name, all[name], count[name, "succeeded"],
        count[name, "failed"], count[name, "timed_out"], count[name, "cancelled"], count[name, "indeterminate"],
        count[name, "in_flight"]
    }' fired | sort "$3"
}

# listed TITLE FILE HEADS: the first rows of FILE as a table.
listed() {
  count=$(($(wc -l <"$2")))
  printf '\n## %s: %d\n' "$1" "$count"
  [ "$count" -gt 0 ] || return 0
  printf '\n%s\n%s\n' "$3" "$(printf '%s' "$3" | sed 's/[^|]\{1,\}/ --- /g')"
  head -n "$rows" "$2" | awk '{ line = "|"; for (i = 1; i <= NF; i++) line = line " " $i " |"; print line }'
  [ "$count" -le "$rows" ] || printf '\n… and %d more\n' $((count - rows))
}

# The outcome keeps the end of the log: what matters most comes last.
report() {
  printf '# Triage of the last %d days\n\n' "$days"
  printf 'Main at %s. %d claims, of which %d were opened; %d refusals.\n' \
    "$COUNTERSIGN_COMMIT" "$(cat fired-count)" "$(($(wc -l <fired)))" "$(($(wc -l <refused)))"
  printf '\n## By day\n\n'
  by 1 day -r
  printf '\n## By formula\n\n'
  by 4 formula -f
  awk '{ n[$3]++ } END { for (reason in n) print n[reason], reason }' refused | sort -rn >reasons
  listed 'Refused, by reason' reasons '| times | reason |'
  listed 'Refused, newest day first' refused '| day | id and blob | reason |'
  awk '{ print $1, $2, $4, $5, $7 }' unwell >unwell-rows
  listed 'Did not succeed, newest day first' unwell-rows '| day | id | formula | status | step |'
  awk '{ print $6, $2, $4, $3 }' stuck | sort >stuck-rows
  listed "Claims without an outcome for more than ${VAR_STUCK_HOURS:-6} hours" stuck-rows \
    '| claimed at | id | formula | tier |'
}

read_fired
read_refused
report >report.md
note "$(cat report.md)"
output fired "$(cat fired-count)"
for status in succeeded failed timed_out cancelled indeterminate in_flight; do
  output "$status" "$(STATUS=$status awk '$5 == ENVIRON["STATUS"] { n++ } END { print n + 0 }' fired)"
done
output stuck "$(($(wc -l <stuck)))"
output refused "$(($(wc -l <refused)))"
