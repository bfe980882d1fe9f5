#!/usr/bin/env bash
# Builds .spec/SPEC.md by hand: two phases, the modules of a phase side by side, a test command, checkpoints, and a
# rollback when the test fails. Stop it at any moment and start it again: it goes on where it was.
#
#   AGENT='claude -p --permission-mode acceptEdits' ./build.sh
#
# AGENT is any program that reads a prompt on stdin and works in the folder that it is started in.
set -euo pipefail
set -m # each background job is a process group, so it can be stopped whole

cd "$(git rev-parse --show-toplevel)"
run_file=$(git rev-parse --git-path conduct-build) # inside .git, so it is never committed
test_log=$(git rev-parse --git-path conduct-build.log)
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

# What the spec says about a phase.
describe_phase() {
  case $1 in
    'Phase 1: Words') modules=(greeting name) test_command='sh greeting.test.sh && sh name.test.sh' ;;
    'Phase 2: Sentence') modules=(sentence) test_command='sh greet.test.sh' ;;
    *) say "This script knows no phase called $1." && exit 2 ;;
  esac
}

# One module: its worktree, its agent, a commit of what the agent left.
build_module() {
  local phase=$1 module=$2 path prompt
  path=$(conduct worktree create "$module")
  prompt="Implement the module $module of \"$phase\" as .spec/SPEC.md says. Test command: $test_command"
  if [ -s "$test_log" ]; then prompt+=$'\n\nThe last attempt did not pass:\n'$(tail -n 50 "$test_log"); fi
  (cd "$path" && CONDUCT_MODULE=$module CONDUCT_PHASE=$phase "${agent[@]}" <<<"$prompt" >&2)
  git -C "$path" add --all
  git -C "$path" diff --cached --quiet || git -C "$path" commit --quiet --message="$phase: $module"
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

merge_modules() {
  local branch
  for module in "${modules[@]}"; do
    branch=$(git -C "$(conduct worktree create "$module")" symbolic-ref --short HEAD)
    git merge --quiet --no-ff --no-edit "$branch" >&2 || { git merge --abort && return 1; }
  done
}

run_tests() { bash -c "$test_command" >"$test_log" 2>&1 || { cat "$test_log" >&2 && return 1; }; }

build_phase() {
  local phase=$1 before checkpoint
  describe_phase "$phase"
  # The same request id again is the same checkpoint: the state before the phase, however often the script is started.
  before=$(conduct checkpoint "Before $phase" --request-id "before $phase")
  for attempt in 1 2 3; do
    say "$phase, attempt $attempt"
    if build_modules "$phase" && merge_modules && run_tests; then
      checkpoint=$(conduct checkpoint "$phase")
      conduct phase complete "$phase" --checkpoint "$checkpoint" >&2
      rm -f "$test_log"
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
