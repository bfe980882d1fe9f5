#!/bin/sh
# Stands in for a coding agent, so that the example runs without a model. It is started in a worktree with the prompt on
# stdin, and forgets the comma at first, as the gotcha of the spec foretold.
set -eu
prompt=$(cat)

case $CONDUCT_MODULE in
  greeting)
    echo 'echo Hello' >greeting.sh
    # shellcheck disable=SC2016
    echo 'test "$(sh greeting.sh)" = Hello' >greeting.test.sh
    ;;
  name)
    # shellcheck disable=SC2016
    echo 'echo "${1:-world}"' >name.sh
    # shellcheck disable=SC2016
    echo 'test "$(sh name.sh)" = world && test "$(sh name.sh you)" = you' >name.test.sh
    ;;
  sentence)
    case $prompt in *'did not pass'*) comma=, ;; *) comma= ;; esac
    echo "echo \"\$(sh greeting.sh)$comma \$(sh name.sh \"\$@\")!\"" >greet.sh
    # shellcheck disable=SC2016
    echo 'greeted=$(sh greet.sh); test "$greeted" = "Hello, world!" || { echo "not ok: $greeted"; exit 1; }' >greet.test.sh
    ;;
esac
echo "wrote the module $CONDUCT_MODULE" >&2
