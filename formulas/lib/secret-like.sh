#!/bin/sh
# secret-like.sh: reads `git diff -U0` and prints a line per added line that looks like a secret: file:line: kind.
# Never the line itself: the report goes into records and logs.
set -eu
LC_ALL=C
export LC_ALL

exec awk '
BEGIN { name = "(passw(or)?d|secret|token|api_?key)" }
function long(pattern, least) { return match($0, pattern) && RLENGTH >= least }
function kind() {
  if (/-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY/) return "private key"
  if (long("A(KIA|SIA)[0-9A-Z]+", 20)) return "AWS key id"
  if (long("gh[pousr]_[0-9A-Za-z]+", 40) || long("github_pat_[0-9A-Za-z_]+", 50)) return "GitHub token"
  if (long("glpat-[0-9A-Za-z_-]+", 26)) return "GitLab token"
  if (long("xox[abeoprs]-[0-9A-Za-z-]+", 20)) return "Slack token"
  if (long("AIza[0-9A-Za-z_-]+", 39)) return "Google key"
  if (long("(^|[^0-9A-Za-z])sk-[0-9A-Za-z_-]+", 25)) return "API key"
  if (long("AGE-SECRET-KEY-1[0-9A-Z]+", 50)) return "age key"
  if (long("eyJ[0-9A-Za-z_-]+\\.eyJ[0-9A-Za-z_-]+\\.[0-9A-Za-z_-]+", 40)) return "JSON web token"
  if (/:\/\/[^ \/:@]+:[^ \/:@$]+@/) return "password in a URL"
  # Eight or more characters in quotes, neither a placeholder nor a word of prose.
  if (match(tolower($0), name "[\"\047]?[ \t]*[:=]+[ \t]*[\"\047][^\"\047 $<{][^\"\047 ]+[\"\047]")) {
    literal = substr($0, RSTART, RLENGTH)
    sub(/^[^:=]*[:=]+[ \t]*["\047]/, "", literal)
    if (length(literal) > 8) return "assigned literal"
  }
  return ""
}
# Inside a hunk its header says how many lines follow: an added line that reads +++ is no file name.
removed > 0 && /^-/ { removed--; next }
added > 0 && /^\+/ {
  added--
  sub(/^\+/, "")
  found = kind()
  if (found != "") print file ":" line ": " found
  line++
  next
}
/^\+\+\+ / { file = substr($0, 5); sub(/^"?b\//, "", file); sub(/["\t]*$/, "", file); next }
/^@@ / {
  split($2, old, ","); removed = ($2 ~ /,/) ? old[2] + 0 : 1
  split($3, new, ","); added = ($3 ~ /,/) ? new[2] + 0 : 1
  line = new[1] + 0
}'
