#!/bin/sh
# Scripts and the very instructions that they become.
cd "$(dirname "$0")" || exit 1
make -s -C ../../userspace build/kpc >&2 || exit 1

n=0
for script in *.kp; do
	n=$((n + 1))
	if ../../userspace/build/kpc --bytecode "$script" 2>&1 | diff "${script%.kp}.bc" - >diff.tmp; then
		echo "ok $n - $script"
	else
		echo "not ok $n - $script"
		sed 's/^/# /' diff.tmp
	fi
done
rm -f diff.tmp
echo "1..$n"
