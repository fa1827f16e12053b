#!/bin/sh
# Each round of the soak once; `make soak MINUTES=n` goes on for longer.
exec "$(dirname "$0")/../soak" 0
