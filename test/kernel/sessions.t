#!/bin/sh
# Sessions at work: exact counts, output, vandals and signals.
. "$(dirname "$0")/lib.sh"
in_vm ktap-trace "ktap-trace count sizes filter sharing printing first_record no_reader vandal endless told told_endless unload"
