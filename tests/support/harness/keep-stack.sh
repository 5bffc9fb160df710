#!/bin/sh
# Ends a stack once the process that uses it has ended, however it ended: neither `cargo test` nor
# nextest has a step for cleaning up, and none would run after a kill.
#
#   keep-stack.sh PROCESS STACK-PY FOLDER
#
# What the functions said in the last run stays in `functions.log` beside the folder.
process=$1 stack=$2 folder=$3

# A process that ended and that nobody asked after still has its number: in containers without an init.
runs() {
    kill -0 "$process" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$process/status" 2>/dev/null
}

while runs; do
    sleep 0.5
done
[ -d "$folder" ] || exit 0
python3 "$stack" logs --data "$folder" >"$(dirname "$folder")/functions.log" 2>&1
exec python3 "$stack" reset --data "$folder" >/dev/null 2>&1
