#!/bin/sh
# Makes the demo's workspace: the library, copied to a fresh git repository with an identity of its own.
# usage: demo/workspace.sh FOLDER
set -eu
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_COMMON_DIR GIT_OBJECT_DIRECTORY || true
to=$1
# Made beside and moved into place at the end: an interrupted copy is never taken for a workspace.
rm -rf "$to.new"
mkdir -p "$to.new"
cp -R "$(dirname "$0")/library/." "$to.new"
(
  cd "$to.new"
  git init -q
  git symbolic-ref HEAD refs/heads/main
  git config user.name 'Stepladder Demo'
  git config user.email 'demo@stepladder.invalid'
  git config commit.gpgsign false
  git config core.hooksPath /dev/null
  git add -A
  git commit -q -m 'The provider library, before the backlog'
)
mv "$to.new" "$to"
