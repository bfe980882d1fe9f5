#!/usr/bin/env bash
# Builds .spec/SPEC.md by hand: phase by phase, the modules of a phase side by side, with a checkpoint after each phase and
# a rollback when its tests fail. Stop it at any moment and start it again: it goes on where it was.
#
#   AGENT='claude -p --permission-mode acceptEdits' ./build.sh
#
# AGENT is any program that reads a prompt on stdin and works in the folder that it is started in.
set -euo pipefail
set -m # each background job is a process group, so it can be stopped whole

cd "$(git rev-parse --show-toplevel)"
run_file=$(git rev-parse --git-path conduct-build) # inside .git, so it is never committed
findings=$(git rev-parse --git-path conduct-build-findings)
read -ra agent <<<"${AGENT:-$PWD/agent.sh}"

say() { printf '%s\n' "$*" >&2; }

stop() {
  for job in $(jobs -p); do kill -TERM -- "-$job" 2>/dev/null || true; done
  say "Interrupted. Go on with: $0"
  exit "$1"
}
trap 'stop 130' INT
trap 'stop 143' TERM HUP

# The request id is on disk before the task is started: the same id again is the same task, never a second one.
if [ ! -s "$run_file" ]; then printf 'build-%s-%s\n' "$(date +%s)" "$$" >"$run_file"; fi
CONDUCT_TASK=${CONDUCT_TASK:-$(conduct start 'Build the greeter' --request-id "$(<"$run_file")")}
export CONDUCT_TASK

# The modules of a phase, a line each.
modules_of() { conduct phase list | awk -F '  ' -v phase="$1" '$1 == phase { gsub(", ", "\n", $3); print $3 }'; }

# One module: its worktree, and its agent in it.
build_module() {
  local phase=$1 module=$2 path prompt
  path=$(conduct worktree create "$module")
  prompt="Implement the module $module of \"$phase\" as .spec/SPEC.md says."
  if [ -s "$findings" ]; then prompt+=$'\n\nThe last attempt did not pass:\n'$(<"$findings"); fi
  (cd "$path" && CONDUCT_MODULE=$module CONDUCT_PHASE=$phase "${agent[@]}" <<<"$prompt" >&2)
}

build_modules() {
  local module pid pids=() failed=0
  for module in "${modules[@]}"; do
    build_module "$1" "$module" &
    pids+=("$!")
  done
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  return "$failed"
}

# Commits what the agents left, and merges it with a receipt; a conflict changes nothing.
merge_modules() {
  local module
  for module in "${modules[@]}"; do conduct worktree merge "$module" >&2 || return; done
}

# The test command, the criteria and the validators, on a clean checkout.
validate() { conduct phase validate "$1" >"$findings" || { cat "$findings" >&2 && return 1; }; }

build_phase() {
  local phase=$1 module before checkpoint
  modules=()
  while IFS= read -r module; do modules+=("$module"); done < <(modules_of "$phase")
  # The same request id again is the same checkpoint: the state before the phase, however often the script is started.
  before=$(conduct checkpoint "Before $phase" --request-id "before $phase")
  for attempt in 1 2 3; do
    say "$phase, attempt $attempt"
    if build_modules "$phase" && merge_modules && validate "$phase"; then
      checkpoint=$(conduct checkpoint "$phase")
      conduct phase complete "$phase" --checkpoint "$checkpoint" >&2
      rm -f "$findings"
      return
    fi
    conduct rollback "$before" >/dev/null # a safety checkpoint keeps what was tried
    conduct worktree cleanup >&2
  done
  say "$phase did not pass three times. What was tried is in: conduct checkpoint list --task $CONDUCT_TASK"
  exit 6
}

while phase=$(conduct state | sed -n 's/^current: //p') && [ -n "$phase" ]; do build_phase "$phase"; done
conduct worktree cleanup >&2
conduct complete
rm -f "$run_file"
