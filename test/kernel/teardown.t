#!/bin/sh
# Sessions that end in every way, again and again, while events fire.
. "$(dirname "$0")/lib.sh"
in_vm ktap-trace "ktap-trace killing cycles unload"
