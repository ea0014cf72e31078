#!/bin/sh
# work-branch.sh VERB KIND: the one way in which agent formulas bring work to a repo: a new branch KIND/<id>.
#   open KIND   clones VAR_REPO_URL at branch VAR_BASE into ./repo, on a new branch KIND/<id>
#   push KIND   pushes that branch, if the remote has none of its name; never another branch, never by force
# shellcheck source=formulas/lib/remote.sh
. "$COUNTERSIGN_FORMULAS/lib/remote.sh"

base=${VAR_BASE:-main}
branch=$2/$COUNTERSIGN_ID

open_branch() {
  git check-ref-format "refs/heads/$base" || fail "not a name that git accepts: $base"
  git check-ref-format "refs/heads/$branch" || fail "not a name that git accepts: $branch"
  read_remote "refs/heads/$base" "refs/heads/$branch"
  [ -n "$(remote_id "refs/heads/$base")" ] || fail "the repo has no branch $base"
  [ -z "$(remote_id "refs/heads/$branch")" ] || fail "branch $branch exists already"
  git clone --quiet --no-tags --single-branch --template= --branch "$base" -- "$VAR_REPO_URL" repo
  git -C repo switch --quiet --create "$branch"
  git -C repo config user.name "$GIT_AUTHOR_NAME"
  git -C repo config user.email "$GIT_AUTHOR_EMAIL"
  git -C repo rev-parse HEAD >work-base
  note "the repo is in $PWD/repo, on branch $branch"
}

push_branch() {
  [ "$(git -C repo symbolic-ref --quiet --short HEAD || true)" = "$branch" ] || fail "repo is not on $branch"
  # Tracked files only: what a build left behind is no work.
  [ -z "$(git -C repo status --porcelain --untracked-files=no)" ] || fail 'there are changes that are not committed'
  head=$(git -C repo rev-parse HEAD)
  [ "$head" != "$(cat work-base)" ] || fail 'there is no commit to push'
  git -C repo merge-base --is-ancestor "$(cat work-base)" "$head" || fail "$branch does not build on $base"
  # The empty lease is the condition that the remote has no such branch at the moment of the push.
  git -C repo push --quiet --force-with-lease="refs/heads/$branch:" -- "$VAR_REPO_URL" "$head:refs/heads/$branch"
  output branch "$branch"
  output commit "$head"
  note "pushed $branch as $head"
}

case $1 in
  open) open_branch ;;
  push) push_branch ;;
  *) fail "work-branch.sh does not know $1" ;;
esac
