# shellcheck shell=sh
# The repo of VAR_REPO_URL: its refs, its objects (in ./repo.git, which all steps of a run share), and the token for it.
# Sourced, never started.
# shellcheck source=formulas/lib/git.sh
. "$COUNTERSIGN_FORMULAS/lib/git.sh"

# The token reaches git through a helper that reads the environment at the moment git asks, and for the repo's own host
# only: it is on no command line, in no URL and in no file.
case $VAR_REPO_URL in
  http://* | https://*)
    if [ -n "${SECRET_GIT_TOKEN:-}" ]; then
      url_rest=${VAR_REPO_URL#*://}
      # shellcheck disable=SC2016 # the helper expands it, not this shell
      git_config "credential.${VAR_REPO_URL%%://*}://${url_rest%%/*}.helper" \
        '!f() { test "$1" = get && printf "username=x-access-token\npassword=%s\n" "$SECRET_GIT_TOKEN"; }; f'
    fi
    ;;
  # Nothing asks for it here, and a hook of a repo on this machine would inherit it.
  *) unset SECRET_GIT_TOKEN ;;
esac

use_repo() {
  export GIT_DIR="$PWD/repo.git"
  [ -d "$GIT_DIR" ] || git init --quiet --bare --template= -- "$GIT_DIR"
}

# read_remote REF…: what the remote says now about these full names; ask with remote_id.
read_remote() {
  git ls-remote --quiet -- "$VAR_REPO_URL" "$@" >remote-refs || fail "cannot read $VAR_REPO_URL"
}

# remote_id REF: the object of exactly that name (ls-remote matches tails of names too), or nothing.
remote_id() {
  WANTED=$1 awk -F '\t' '$2 == ENVIRON["WANTED"] { print $1 }' remote-refs
}

# default_branch: what the remote's HEAD points at, as a short name, or nothing.
default_branch() {
  git ls-remote --quiet --symref -- "$VAR_REPO_URL" HEAD >remote-head || fail "cannot read $VAR_REPO_URL"
  awk '$1 == "ref:" { sub("refs/heads/", "", $2); print $2; exit }' remote-head
}

# fetch_ref REF INTO [OPTION…]: one full name of the remote, under a name of our own.
fetch_ref() {
  fetch_from=$1 fetch_into=$2
  shift 2
  git fetch --quiet --no-tags "$@" -- "$VAR_REPO_URL" "+$fetch_from:$fetch_into" || fail "cannot fetch $fetch_from"
}

is_commit_id() {
  case $1 in *[!0-9a-f]*) return 1 ;; esac
  [ ${#1} -eq 40 ]
}

# fetch_revision NAME INTO [OPTION…]: a branch, a tag, a full ref (refs/…) or a full commit id. A name that is both
# a branch and a tag is refused: a tag that is called like a branch must not pass for it.
fetch_revision() {
  revision=$1 revision_into=$2
  shift 2
  case $revision in
    refs/*)
      fetch_ref "$revision" "$revision_into" "$@"
      return
      ;;
  esac
  if is_commit_id "$revision"; then
    fetch_ref "$revision" "$revision_into" "$@"
    return
  fi
  git check-ref-format "refs/heads/$revision" || fail "not a name that git accepts: $revision"
  read_remote "refs/heads/$revision" "refs/tags/$revision"
  revision_branch=$(remote_id "refs/heads/$revision")
  revision_tag=$(remote_id "refs/tags/$revision")
  if [ -n "$revision_branch" ] && [ -n "$revision_tag" ]; then
    fail "$revision is a branch and a tag; say refs/heads/$revision or refs/tags/$revision"
  elif [ -n "$revision_branch" ]; then
    fetch_ref "refs/heads/$revision" "$revision_into" "$@"
  elif [ -n "$revision_tag" ]; then
    fetch_ref "refs/tags/$revision" "$revision_into" "$@"
  else
    fail "the repo has no branch or tag $revision"
  fi
}

# fetch_commit_of_branch COMMIT BRANCH: makes ./repo.git have both, and stops if the commit is not on the branch.
fetch_commit_of_branch() {
  git check-ref-format "refs/heads/$2" || fail "not a name that git accepts: $2"
  fetch_ref "refs/heads/$2" refs/countersign/branch
  [ "$(git cat-file -t "$1" 2>/dev/null || true)" = commit ] || fail "commit $1 is not on branch $2"
  git merge-base --is-ancestor "$1" refs/countersign/branch || fail "commit $1 is not on branch $2"
}
