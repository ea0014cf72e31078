# shellcheck shell=sh
# Reads the ops repo at the claim's commit, from its bare clone: no checkout, a fixed number of git processes, and only
# the days that are asked for, so that its cost does not grow with history. Sourced, never started.
# shellcheck source=formulas/lib/git.sh
. "$COUNTERSIGN_FORMULAS/lib/git.sh"

ops() {
  git --git-dir="$COUNTERSIGN_OPS" "$@"
}

# record_files KIND DAYS: a line `blob day id file` for each record of vault/KIND of the last DAYS days, newest day
# first.
record_files() {
  first_day=$(date -u -d "-$(($2 - 1)) days" +%F)
  ops ls-tree --name-only "$COUNTERSIGN_COMMIT" "vault/$1/" >all-days
  FIRST=$first_day awk -F / '
    $3 ~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]$/ && $3 >= ENVIRON["FIRST"] { print $0 "/" }' all-days >days
  [ -s days ] || return 0
  kind=$1
  set --
  while read -r folder; do set -- "$@" "$folder"; done <days
  ops ls-tree -r "$COUNTERSIGN_COMMIT" "$@" >entries
  # A path in quotes has characters that no record of ours has.
  KIND=$kind awk -F '\t' '{
    split($1, entry, " ")
    parts = split($2, path, "/")
    if (parts == 5 && path[1] == "vault" && path[2] == ENVIRON["KIND"]) print entry[3], path[3], path[4], path[5]
  }' entries | sort -k2,2r -k3,3 -k4,4
}

# blobs LIST: the contents for lines `blob label`, as `cat-file --batch` prints them: a line `blob size label` before
# each.
blobs() {
  ops cat-file --batch='%(objectname) %(objectsize) %(rest)' <"$1" | tr '\000' '?'
}

# Awk for what `blobs` prints. Contents are counted, not searched for the next header: they may hold a line like one.
# The program that includes it defines begin(label), line(), and end().
# shellcheck disable=SC2016,SC2034 # an awk program, for those who source this file
each_blob='
left <= 0 && $2 == "missing" { next }
left <= 0 { left = $2 + 1; begin($3); next }
{ left -= length($0) + 1; line(); if (left <= 0) end() }'

# statements LIST: for each line `blob label` a line `label <tab> statement`, the JSON inside the signed envelope; what
# is no envelope gives an empty one. All payloads are decoded in one stream, each with a line feed (Cg==) behind it, and
# told apart by their length. The signatures are not looked at: `countersign verify` does that.
statements() {
  blobs "$1" | awk '
    BEGIN { printf "" >"labels" }
    function begin(name) { label = name; payload = "" }
    function line() {
      if (payload != "" || !match($0, /"payload" *: *"/)) return
      payload = substr($0, RSTART + RLENGTH)
      payload = substr(payload, 1, index(payload, "\"") - 1)
      # One that is not in the one canonical spelling would end the decoding of all that follow.
      tail = substr(payload, length(payload) - 1)
      padding = tail == "==" ? 2 : tail ~ /=$/ ? 1 : 0
      before = substr(payload, length(payload) - padding, 1)
      if (length(payload) % 4 != 0 || payload !~ /^[A-Za-z0-9+\/]+=?=?$/) payload = ""
      else if (padding == 1 && before !~ /[AEIMQUYcgkosw048]/ || padding == 2 && before !~ /[AQgw]/) payload = ""
    }
    function end() {
      size = payload == "" ? 0 : length(payload) / 4 * 3 - padding
      print label, size >"labels"
      print payload
      print "Cg=="
    }'"$each_blob" | base64 -d | tr '\000\t' '??' >decoded
  awk '
    FILENAME == "labels" { label[++known] = $1; size[known] = $2; next }
    left <= 0 { at++; left = size[at] + 1; text = "" }
    { left -= length($0) + 1; text = text $0; if (left <= 0) print label[at] "\t" text }' labels decoded
}

# Awk that takes strings out of canonical JSON. A quote inside a string is escaped there, so that "key":" can only be a
# key; `last` is for keys that stand behind free-form objects in which a run may have put the same key.
# shellcheck disable=SC2034 # for those who source this file
json_strings='
function word(text) { return text == "" ? "?" : text }
function plain(text) { gsub(/[^A-Za-z0-9._:+-]/, "?", text); return substr(text, 1, 100) }
function first(json, key) {
  if (!match(json, "\"" key "\":\"[^\"\\\\]*\"")) return ""
  return plain(substr(json, RSTART + length(key) + 4, RLENGTH - length(key) - 5))
}
function last(json, key,   found, value) {
  value = ""
  while ((found = first(json, key)) != "") { value = found; json = substr(json, RSTART + RLENGTH) }
  return value
}'
