#!/bin/sh
# shellcheck disable=SC2016 # awk programs
# find-version.sh KIND FILE: where the version of the dependency $VAR_DEPENDENCY stands in a file of dependencies.
# Prints a line per place: offset of the version's first byte, its length, the version. KIND is package-json or
# requirements.
set -eu
LC_ALL=C
export LC_ALL

# Walks the JSON text by its characters and knows at each string where it stands: a key called like the dependency under
# "overrides", or inside a string, is not one. Peer dependencies are a promise to others, not a choice: left alone.
package_json='
BEGIN {
  split("dependencies devDependencies optionalDependencies", names, " ")
  for (i in names) section[names[i]] = 1
}
{ text = text $0 "\n" }
END {
  size = length(text)
  for (at = 1; at <= size; at++) {
    c = substr(text, at, 1)
    if (c == "{" || c == "[") { depth++; kind[depth] = c; in_key = c == "{" }
    else if (c == "}" || c == "]") depth--
    else if (c == ",") in_key = kind[depth] == "{"
    else if (c == ":") in_key = 0
    else if (c == "\"") {
      from = at + 1
      for (at++; at <= size && (c = substr(text, at, 1)) != "\""; at++) if (c == "\\") at++
      word = substr(text, from, at - from)
      if (in_key) key[depth] = word
      else if (depth == 2 && kind[1] kind[2] == "{{" && (key[1] in section) && key[2] == ENVIRON["VAR_DEPENDENCY"])
        print from - 1, length(word), word
    }
  }
}'

# Lines such as: Name[extra] == 1.2.3 ; marker  # comment. Names are equal when case and runs of -_. are (PEP 503).
requirements='
function plain(name) { name = tolower(name); gsub(/[-_.]+/, "-", name); return name }
{
  if (match($0, /^[A-Za-z0-9][A-Za-z0-9._-]*/) && plain(substr($0, 1, RLENGTH)) == plain(ENVIRON["VAR_DEPENDENCY"])) {
    rest = substr($0, RLENGTH + 1)
    if (match(rest, /^(\[[^]]*\])?[ \t]*==[ \t]*[^=]/)) {
      from = length($0) - length(rest) + RLENGTH
      word = substr($0, from)
      sub(/[ \t\r;#].*$/, "", word); sub(/\r$/, "", word)
      if ($0 ~ /--hash|\\\r?$/) word = "(bound to hashes)"
      print offset + from - 1, length(word), word
    }
  }
  offset += length($0) + 1
}'

case $1 in
  package-json) awk "$package_json" "$2" ;;
  requirements) awk "$requirements" "$2" ;;
esac
