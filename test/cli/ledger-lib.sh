# Sourced behind vm-lib.sh: what the account says in `out`, of ktap --json.
#
#   of NAME [PROBE]         a count of that probe, or of all together
#   has NAME PROBE NUMBER   a test: it is that; PROBE may be `total`
#   balanced                the account is there and does not contradict itself

of() {
	if [ "${2:-total}" = total ]; then part='"total":{'; else part="\"probe\":\"$2\","; fi
	sed -n "s/^{\"type\":\"stats\".*$part\([^}]*}[^}]*\)}.*/\1/p" out | sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p"
}

has() {
	got=$(of "$1" "$2")
	[ "$got" = "$3" ]; report $? "  $2: $1 is $3 (${got:-missing})"
}

balanced() { says out '^{"type":"stats".*"imbalances":\[\]}$'; lacks err 'INTERNAL'; }
