#!/bin/sh
# The git work of a run and nothing else: what a person would script. Usage: bare-git.sh REPOSITORY TREES PHASES MODULES
set -eu
cd "$1"
trees=$2
phase=1
while [ "$phase" -le "$3" ]; do
  module=1
  while [ "$module" -le "$4" ]; do
    name="m$phase-$module"
    git worktree add -q -b "work/$name" "$trees/$name" main
    (cd "$trees/$name" && CONDUCT_MODULE=$name ./agent.sh)
    git -C "$trees/$name" add -A
    git -C "$trees/$name" commit -q -m "Add $name"
    module=$((module + 1))
  done
  module=1
  while [ "$module" -le "$4" ]; do
    name="m$phase-$module"
    git merge -q --no-ff -m "Merge $name" "work/$name"
    git worktree remove "$trees/$name"
    git branch -q -d "work/$name"
    module=$((module + 1))
  done
  test -f file-0.txt
  git tag "phase-$phase"
  phase=$((phase + 1))
done
