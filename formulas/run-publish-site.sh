#!/bin/sh
# Publishes a folder of a repo as TARGET/releases/<stamp>-<id>, with TARGET/current pointing at it.
# Verbs, in order: check, fetch, stage, swap, smoke, prune; after a failure: roll-back.
# shellcheck source=formulas/lib/remote.sh
. "$COUNTERSIGN_FORMULAS/lib/remote.sh"

target=${VAR_TARGET%/}
marker=$target/.countersign-site
incoming=$target/releases/.incoming-$COUNTERSIGN_ID
lock=$target/.lock
# A run is over after its 30 minutes: a lock that is older was left behind by one that died.
lock_minutes=60

# A folder is ours when our marker names this site, or when it holds nothing yet.
check() {
  [ ! -L "$target" ] || fail "$target is a symbolic link"
  if [ ! -e "$target" ]; then
    [ -d "${target%/*}" ] || fail "there is no folder ${target%/*} to make $target in"
    note "$target will be made"
    return
  fi
  [ -d "$target" ] || fail "$target is not a folder"
  if [ -f "$marker" ] && [ ! -L "$marker" ]; then
    [ "$(cat -- "$marker")" = "$VAR_SITE" ] || fail "$target belongs to another site"
  elif [ -n "$(ls -A -- "$target")" ]; then
    fail "$target is not empty and was not made by this formula (no .countersign-site in it)"
  fi
  [ -L "$target/current" ] || [ ! -e "$target/current" ] || fail "$target/current is not a symbolic link"
  note "$target is ready for site $VAR_SITE"
}

fetch() {
  use_repo
  fetch_revision "$VAR_REF" refs/countersign/site --depth=1
  commit=$(git rev-parse --verify --quiet 'refs/countersign/site^{commit}') || fail "$VAR_REF is not a commit"
  if [ "${VAR_FOLDER:-.}" = . ]; then folder=; else folder=${VAR_FOLDER%/}; fi
  [ "$(git cat-file -t "$commit:$folder" 2>/dev/null || true)" = tree ] || fail "there is no folder $folder in $VAR_REF"
  git rev-parse --verify --quiet "$commit:$folder" >site-tree
  git ls-tree -r "$(cat site-tree)" >site-files
  odd=$(awk '$1 != "100644" && $1 != "100755" { n++ } END { print n + 0 }' site-files)
  [ "$odd" -eq 0 ] || fail "the folder has $odd symbolic links or submodules: a site is made of files"
  has_file "${VAR_INDEX:-index.html}" || fail "there is no ${VAR_INDEX:-index.html}, or it is empty"
  printf '%s\n' "$commit" >site-commit
  note "$(wc -l <site-files) files of $commit"
}

has_file() {
  [ "$(git cat-file -t "$(cat site-tree):$1" 2>/dev/null || true)" = blob ] &&
    [ "$(git cat-file -s "$(cat site-tree):$1")" -gt 0 ]
}

stage() {
  check
  use_repo
  mkdir -p -- "$target/releases"
  # Of two first runs for two sites, only one makes the marker.
  (set -C && printf '%s\n' "$VAR_SITE" >"$marker") 2>/dev/null || check
  take_lock
  current >previous
  previous=$(cat previous)
  # Under the lock, what is still incoming belongs to a run that died.
  rm -rf -- "$target"/releases/.incoming-*
  mkdir -- "$incoming"
  export GIT_INDEX_FILE="$PWD/site-index"
  git read-tree "$(cat site-tree)"
  git --work-tree="$incoming" checkout-index --all --force
  release=$(date -u +%Y%m%dT%H%M%SZ)-$COUNTERSIGN_ID
  [ ! -e "$target/releases/$release" ] || fail "there is a release $release already"
  printf '%s\n' "$release" >release
  mv -T -- "$incoming" "$target/releases/$release"
  note "staged releases/$release; current is ${previous:-nothing}"
}

# current: what TARGET/current points at, releases/<name>, or nothing.
current() {
  pointed=$(readlink -- "$target/current" || true)
  case $pointed in
    '' | releases/[0-9]*) printf '%s\n' "$pointed" ;;
    *) fail "$target/current points outside of releases" ;;
  esac
}

take_lock() {
  if [ -d "$lock" ] && [ "$(date +%s)" -gt $(($(stat -c %Y -- "$lock") + lock_minutes * 60)) ]; then
    # Renaming is the one step that only one of several can win.
    mv -T -- "$lock" "$lock.stale-$COUNTERSIGN_ID" && rm -rf -- "$lock.stale-$COUNTERSIGN_ID"
  fi
  mkdir -- "$lock" 2>/dev/null || fail "another run is publishing to $target ($lock)"
  : >locked
}

point_current_at() {
  ln -sfn -- "$1" "$target/.current-$COUNTERSIGN_ID"
  mv -T -- "$target/.current-$COUNTERSIGN_ID" "$target/current"
}

swap() {
  now=$(current)
  [ "$now" = "$(cat previous)" ] || fail "$target/current changed while this run was staging"
  point_current_at "releases/$(cat release)"
  note "current is releases/$(cat release)"
}

# Through `current`, as a web server reads it.
smoke() {
  for file in "${VAR_INDEX:-index.html}" "${VAR_SMOKE_PATH:-}"; do
    [ -z "$file" ] || { [ -f "$target/current/$file" ] && [ -s "$target/current/$file" ]; } ||
      fail "smoke check: there is no $file, or it is empty"
  done
  if [ -n "${VAR_SMOKE_TEXT:-}" ]; then
    file=${VAR_SMOKE_PATH:-${VAR_INDEX:-index.html}}
    awk 'index($0, ENVIRON["VAR_SMOKE_TEXT"]) { found = 1; exit } END { exit !found }' "$target/current/$file" ||
      fail "smoke check: $file does not contain the text that it should"
  fi
  output release "$(cat release)"
  output commit "$(cat site-commit)"
  output previous "$(cat previous)"
  note "published releases/$(cat release)"
}

# The site is out and well: what goes wrong from here on is told, and is no reason to roll back.
prune() {
  set -- "$target"/releases/[0-9]*Z-*
  old=$(($# - 1))
  now=$(readlink -- "$target/current" || true)
  for path in "$@"; do
    [ "$old" -gt "${VAR_KEEP:-5}" ] || break
    [ "releases/${path##*/}" != "$now" ] || continue
    old=$((old - 1))
    rm -rf -- "$path" || note "could not remove $path"
  done
  rm -rf -- "$lock" || note "could not remove $lock"
}

# Undoes what the files in the working directory say that this run did; a run that was refused did nothing.
roll_back() {
  if [ ! -e locked ]; then
    note 'nothing was staged: nothing to roll back'
    return
  fi
  if [ -s release ]; then
    release=$(cat release)
    if [ "$(readlink -- "$target/current" || true)" = "releases/$release" ]; then
      previous=$(cat previous)
      if [ -n "$previous" ]; then point_current_at "$previous"; else rm -- "$target/current"; fi
      output rolled_back_to "${previous:-nothing}"
      note "current is ${previous:-nothing} again"
    fi
    rm -rf -- "$target/releases/$release"
  fi
  rm -rf -- "$incoming" "$target/.current-$COUNTERSIGN_ID" "$lock"
}

case $1 in
  check) check ;;
  fetch) fetch ;;
  stage) stage ;;
  swap) swap ;;
  smoke) smoke ;;
  prune) prune ;;
  roll-back) roll_back ;;
  *) fail "run-publish-site.sh does not know $1" ;;
esac
