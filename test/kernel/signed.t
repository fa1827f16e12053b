#!/bin/bash
# Modules and their signatures on machines that insist on them: by Secure Boot, by module.sig_enforce,
# by lockdown. in-vm-signed has the tests; KTAP_KERNEL chooses the kernel.
cd "$(dirname "$0")/../.." || exit 1
line=${KTAP_KERNEL:-6.1}
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
case $line in debug) echo '1..0 # SKIP this kernel does not start by firmware'; exit 0 ;; esac
# A program of this machine's; older kernels' want libraries that it has not.
headers=$(test/vm/kernel 6.1)/headers || { echo '1..0 # SKIP no kernel here'; exit 0; }
test/vm/firmware >/dev/null || { echo '1..0 # SKIP no UEFI firmware for the emulated machine here'; exit 0; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# A key of one's own, as doc/install.md has it made.
mkdir "$tmp/key"
openssl req -new -x509 -newkey rsa:2048 -nodes -days 36500 -subj '/CN=who signs ktapvm/' \
	-outform DER -keyout "$tmp/key/key" -out "$tmp/key/certificate" 2>/dev/null || { echo 'Bail out! no key'; exit 1; }

# What shim hands to the kernel behind `mokutil --import` and its question at the next start: the
# variable MokListRT, a list of one certificate. In front of it the variable's attributes.
little() { perl -e 'print pack("V", shift)' "$1"; }
size=$(stat -c %s "$tmp/key/certificate")
{
	little 7
	printf '\xa1\x59\xc0\xa5\xe4\x94\xa7\x4a\x87\xb5\xab\x15\x5c\x2b\xf0\x72'	# the type: X.509
	little $((size + 44)); little 0; little $((size + 16))
	printf 'ktap tests owner'							# who put it there
	cat "$tmp/key/certificate"
} >"$tmp/key/MokListRT"

n=0 all=0
# boot PART [OPTION]...: a start of the machine; its variables stay where it starts by firmware.
boot() {
	local part=$1 status; shift
	test/vm/run --kernel "$line" --unloaded --timeout 900 \
		--add "$tmp/key:/key" --add "$(readlink -f "$headers/scripts")/sign-file:/bin/sign-file" "$@" \
		-- sh /ktap/test/kernel/in-vm-signed "$part" >"$tmp/said" 2>&1
	status=$?
	[ $status != 77 ] || { echo '1..0 # SKIP no emulated machine here'; exit 0; }
	# One test of several machines: their numbers go on.
	awk -v n="$n" '/^(not )?ok / { sub(/ok [0-9]+/, "ok " (++n)) } !/^1\.\./' "$tmp/said"
	n=$((n + $(grep -cE '^(not )?ok ' "$tmp/said")))
	[ $status = 0 ]; all=$((all | $?))
	n=$((n + 1)); [ $status = 0 ] && echo "ok $n - $part" || echo "not ok $n - $part: status $status"
}
uefi="--secure-boot $tmp/variables --mem 1G --modprobe efivarfs"
boot locked --append lockdown=integrity
boot enforced --append module.sig_enforce=1
# shellcheck disable=SC2086 # lists of options
boot unknown $uefi
if [ "$line" = 5.10 ]; then
	echo "ok $((n += 1)) - a key that is enrolled # SKIP 5.10 does not take it from that variable"
else
	boot known $uefi
	boot confidential $uefi --append lockdown=confidentiality
fi
echo "1..$n"
exit $all
