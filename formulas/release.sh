#!/bin/sh
# Makes and pushes one annotated tag. Verbs, in order: check, tag, push, verify; after a failure: undo.
# shellcheck source=formulas/lib/remote.sh
. "$COUNTERSIGN_FORMULAS/lib/remote.sh"

branch=${VAR_BRANCH:-main}
tag=${VAR_TAG_PREFIX:-v}$VAR_VERSION
use_repo

check() {
  git check-ref-format "refs/tags/$tag" || fail "not a name that git accepts: $tag"
  read_remote "refs/tags/$tag" "refs/heads/$tag"
  [ -z "$(remote_id "refs/tags/$tag")" ] || fail "the remote has a tag $tag already"
  [ -z "$(remote_id "refs/heads/$tag")" ] || fail "the remote has a branch $tag: a tag of that name would be ambiguous"
  if git show-ref --quiet --verify "refs/tags/$tag"; then fail "tag $tag exists here already"; fi
  fetch_commit_of_branch "$VAR_COMMIT" "$branch"
  note "$tag can be made on $VAR_COMMIT, which is on $branch:"
  git log -1 --no-decorate --format='  %h %s (%an, %cI)' "$VAR_COMMIT" --
}

make_tag() {
  printf 'Release %s\n\n%s\n\nCountersign-Id: %s\n' "$tag" "${VAR_NOTES:-}" "$COUNTERSIGN_ID" >message
  git tag --annotate --cleanup=whitespace --file=message -- "$tag" "$VAR_COMMIT"
  # The object holds this run's id and time: whoever finds it on the remote has found the tag of this run.
  git rev-parse --verify --quiet "refs/tags/$tag" >tag-object
  note "made $tag as $(cat tag-object)"
}

push() {
  # The empty lease is the condition that the remote has no such tag at the moment of the push.
  git push --quiet --force-with-lease="refs/tags/$tag:" -- "$VAR_REPO_URL" "refs/tags/$tag:refs/tags/$tag"
}

verify() {
  read_remote "refs/tags/$tag" "refs/tags/$tag^{}"
  [ "$(remote_id "refs/tags/$tag")" = "$(cat tag-object)" ] || fail "the remote's $tag is not the tag of this run"
  [ "$(remote_id "refs/tags/$tag^{}")" = "$VAR_COMMIT" ] || fail "the remote's $tag is not on $VAR_COMMIT"
  fetch_commit_of_branch "$VAR_COMMIT" "$branch"
  output tag "$tag"
  output tag_object "$(cat tag-object)"
  output commit "$VAR_COMMIT"
  note "released $tag"
}

undo() {
  if [ ! -s tag-object ]; then
    note 'no tag was made by this run: nothing to take back'
    return
  fi
  ours=$(cat tag-object)
  read_remote "refs/tags/$tag"
  if [ "$(remote_id "refs/tags/$tag")" != "$ours" ]; then
    note "the remote does not have this run's tag $ours: nothing to take back"
    return
  fi
  git push --quiet --force-with-lease="refs/tags/$tag:$ours" -- "$VAR_REPO_URL" ":refs/tags/$tag"
  output removed_tag "$tag"
  note "took $tag ($ours) back"
}

case $1 in
  check) check ;;
  tag) make_tag ;;
  push) push ;;
  verify) verify ;;
  undo) undo ;;
  *) fail "release.sh does not know $1" ;;
esac
