#!/bin/sh
# Sets one dependency to one version on a new branch. Verbs, in order: check, bump, push.
# shellcheck source=formulas/lib/remote.sh
. "$COUNTERSIGN_FORMULAS/lib/remote.sh"

base=${VAR_BASE:-main}
file=${VAR_FILE:-package.json}
branch=upgrade/$(printf '%s-%s' "$VAR_DEPENDENCY" "$VAR_VERSION" | tr -d '@' | tr '/~+' '---')
use_repo

check() {
  git check-ref-format "refs/heads/$base" || fail "not a name that git accepts: $base"
  git check-ref-format "refs/heads/$branch" || fail "not a name that git accepts: $branch"
  default=$(default_branch)
  [ "$default" != "$branch" ] || fail "$branch is the repo's default branch"
  read_remote "refs/heads/$base" "refs/heads/$branch"
  [ -n "$(remote_id "refs/heads/$base")" ] || fail "the repo has no branch $base"
  [ -z "$(remote_id "refs/heads/$branch")" ] || fail "branch $branch exists already"
  fetch_ref "refs/heads/$base" refs/countersign/base --depth=1
  read_dependency_file
  find_places
  note "$VAR_DEPENDENCY can go from $(cat old-version) to $VAR_VERSION in $file"
}

# Takes the file out of the tree: what is no regular file, or too large for its kind, is not touched.
read_dependency_file() {
  git ls-tree refs/countersign/base -- "$file" >entry
  mode=$(awk '{ print $1 }' entry)
  case $mode in
    100644 | 100755) ;;
    '') fail "there is no $file on $base" ;;
    *) fail "$file on $base is not a regular file" ;;
  esac
  git cat-file blob "refs/countersign/base:$file" >before
  [ "$(wc -c <before)" -le 1048576 ] || fail "$file is larger than 1 MiB"
}

find_places() {
  case $file in
    *.json) sh "$COUNTERSIGN_FORMULAS/lib/find-version.sh" package-json before >places ;;
    *) sh "$COUNTERSIGN_FORMULAS/lib/find-version.sh" requirements before >places ;;
  esac
  [ -s places ] || fail "$VAR_DEPENDENCY is not a dependency in $file"
  awk '
    NF != 3 || $3 !~ /^[~^=]?v?[0-9][0-9A-Za-z.+-]*$/ {
      sub(/^[0-9]+ [0-9]+ /, "")
      print "its version there is not a plain one: " $0
      exit 1
    }
    { sub(/^[~^=]?v?/, "", $3); print $3 }' places >old-versions || fail "$(cat old-versions)"
  sort -u old-versions >old-version
  [ "$(wc -l <old-version)" -eq 1 ] || fail "$file has several versions of it: $(tr '\n' ' ' <old-version)"
  old=$(cat old-version)
  [ "$old" != "$VAR_VERSION" ] || fail "$VAR_DEPENDENCY is at $VAR_VERSION already"
  # Before a - or + both sort plainly; what follows (rc.1) does not, and is the approver's to judge.
  lowest=$(printf '%s\n%s\n' "${old%%[-+]*}" "${VAR_VERSION%%[-+]*}" | sort -V | head -n 1)
  [ "$lowest" = "${old%%[-+]*}" ] || fail "$VAR_VERSION is older than $old"
}

# Writes the new version over each place, the last one first so that offsets hold; every other byte stays as it was.
bump() {
  cat before >after
  sort -rn places >places-from-end
  while read -r offset length word; do
    prefix=${word%%[0-9]*}
    {
      head -c "$offset" after
      printf '%s%s' "$prefix" "$VAR_VERSION"
      tail -c +"$((offset + length + 1))" after
    } >spliced
    mv -- spliced after
  done <places-from-end
  blob=$(git hash-object -w --no-filters -- after)
  export GIT_INDEX_FILE="$PWD/index"
  git read-tree refs/countersign/base
  git update-index --cacheinfo "$(awk '{ print $1 }' entry),$blob,$file"
  tree=$(git write-tree)
  printf 'Upgrade %s from %s to %s\n\nCountersign-Id: %s\n' \
    "$VAR_DEPENDENCY" "$(cat old-version)" "$VAR_VERSION" "$COUNTERSIGN_ID" >message
  git commit-tree -p refs/countersign/base -F message "$tree" >commit
  git diff --no-ext-diff --no-textconv --no-color refs/countersign/base "$(cat commit)" --
  note_lock_file
}

note_lock_file() {
  case $file in */*) folder=${file%/*}/ ;; *) folder= ;; esac
  locks=$(git ls-tree --name-only refs/countersign/base -- \
    "${folder}package-lock.json" "${folder}yarn.lock" "${folder}pnpm-lock.yaml")
  [ -z "$locks" ] || note "Not changed, and now behind: $locks. Renew it on the branch."
  output lock_file_behind "$(printf '%s' "$locks" | tr '\n' ' ')"
}

push() {
  # The empty lease is the condition that the remote has no such branch at the moment of the push.
  git push --quiet --force-with-lease="refs/heads/$branch:" -- "$VAR_REPO_URL" "$(cat commit):refs/heads/$branch"
  read_remote "refs/heads/$branch"
  [ "$(remote_id "refs/heads/$branch")" = "$(cat commit)" ] || fail "the remote's $branch is not what was pushed"
  output branch "$branch"
  output commit "$(cat commit)"
  output from "$(cat old-version)"
  output to "$VAR_VERSION"
  note "pushed $branch as $(cat commit)"
}

case $1 in
  check) check ;;
  bump) bump ;;
  push) push ;;
  *) fail "upgrade-dependency.sh does not know $1" ;;
esac
