#!/bin/sh
# The manual page and --help tell of the same options and exit codes.
cd "$(dirname "$0")/../.." || exit 1
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Each option with the word that stands for its value, one a line.
userspace/ktap --help | sed -n 's/^  *\(-.*[^ ]\)   *.*/\1/p' | sed 's/^ *//; s/, /\n/g' | sort >"$tmp/help"
sed -n '/^\.SH OPTIONS/,/^\.SH LOSSES/p' doc/ktap.1 | grep '^\.B[IR]* *\\-' |
	sed 's/^\.B[IR]* *//; s/ ", " /\n/; s/\\-/-/g; s/"//g; s/  */ /g' | sort >"$tmp/page"

echo "1..2"
if diff "$tmp/help" "$tmp/page" >"$tmp/diff" && [ "$(wc -l <"$tmp/page")" -gt 10 ]; then
	echo "ok 1 - the manual page has the options of --help"
else
	echo "not ok 1 - the manual page has the options of --help"
	sed 's/^/# /' "$tmp/diff"
fi
missing=$(userspace/ktap --help | sed -n '/^Exit status/,$p' | grep -o '[0-9]' | while read -r code; do
	sed -n '/^\.SH EXIT STATUS/,/^\.SH ENV/p' doc/ktap.1 | grep -q "\(^\|[^0-9]\)$code " || echo "$code"; done)
if [ -z "$missing" ]; then echo "ok 2 - and its exit codes"; else echo "not ok 2 - exit codes missing: $missing"; fi
