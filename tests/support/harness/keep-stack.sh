#!/bin/sh
# Deletes a stack once the process that uses it has ended, however it ended: neither `cargo test` nor
# nextest has a clean-up step, and none would run after a SIGKILL.
#
#   keep-stack.sh PROCESS STACK-PY FOLDER
#
# The functions' log of the last run is kept as `functions.log` beside the folder.
process=$1 stack=$2 folder=$3

# In a container without an init a process that has ended may stay a zombie, which `kill -0` still finds.
runs() {
    kill -0 "$process" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$process/status" 2>/dev/null
}

while runs; do
    sleep 0.5
done
[ -d "$folder" ] || exit 0
python3 "$stack" logs --data "$folder" >"$(dirname "$folder")/functions.log" 2>&1
exec python3 "$stack" reset --data "$folder" >/dev/null 2>&1
