#!/bin/sh
# Every mistake that the compiler can name, each with exactly what it says.
cd "$(dirname "$0")" || exit 1
make -s -C ../../userspace build/kpc >&2 || exit 1

n=0
for script in *.kp; do
	n=$((n + 1))
	unset KPC_EVENTS
	[ ! -e "${script%.kp}.list" ] || export KPC_EVENTS="${script%.kp}.list"
	if said=$(../../userspace/build/kpc --check "$script" 2>&1); then
		echo "not ok $n - $script: was accepted"
	elif [ "$said" = "$(cat "${script%.kp}.err")" ]; then
		echo "ok $n - $script"
	else
		echo "not ok $n - $script"
		printf '%s\n' "$said" | diff "${script%.kp}.err" - | sed 's/^/# /'
	fi
done
echo "1..$n"
