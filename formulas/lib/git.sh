# shellcheck shell=sh
# Git for formulas: the same on every machine, and without the credentials of that machine. Sourced, never started.
# shellcheck source=formulas/lib/run.sh
. "$COUNTERSIGN_FORMULAS/lib/run.sh"

# The machine's /etc/gitconfig stays in force: proxies, certificates and safe.directory are its operator's business.
export GIT_CONFIG_GLOBAL=/dev/null GIT_TERMINAL_PROMPT=0 GIT_NO_REPLACE_OBJECTS=1
export GIT_ALLOW_PROTOCOL=file:http:https:ssh GIT_SSH_COMMAND='ssh -o BatchMode=yes'
export GIT_AUTHOR_NAME=Countersign GIT_AUTHOR_EMAIL=countersign@localhost
export GIT_COMMITTER_NAME=Countersign GIT_COMMITTER_EMAIL=countersign@localhost
export GIT_CONFIG_COUNT=0

git_config() {
  export "GIT_CONFIG_KEY_$GIT_CONFIG_COUNT=$1" "GIT_CONFIG_VALUE_$GIT_CONFIG_COUNT=$2"
  GIT_CONFIG_COUNT=$((GIT_CONFIG_COUNT + 1))
}

git_config core.hooksPath /dev/null
git_config core.fsmonitor false
git_config core.autocrlf false
git_config commit.gpgSign false
git_config tag.gpgSign false
git_config gc.auto 0
git_config maintenance.auto false
git_config submodule.recurse false
git_config http.followRedirects false
# Helpers of the machine could answer with a credential that nobody granted, or store the one that was.
git_config credential.helper ''
