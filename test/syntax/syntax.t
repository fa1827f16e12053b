#!/bin/sh
# Scripts and the trees that they are read as.
cd "$(dirname "$0")" || exit 1
make -s -C ../../userspace build/kpc >&2 || exit 1

n=0
for script in *.kp; do
	n=$((n + 1))
	if ../../userspace/build/kpc --ast "$script" 2>&1 | diff "${script%.kp}.ast" - >diff.tmp; then
		echo "ok $n - $script"
	else
		echo "not ok $n - $script"
		sed 's/^/# /' diff.tmp
	fi
done
rm -f diff.tmp
echo "1..$n"
