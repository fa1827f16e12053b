#!/bin/sh
# Damaged programs, libraries and caches of the loader, with address and
# undefined-behaviour checks. FUZZ_N and FUZZ_SEED choose others than those that always run.
cd "$(dirname "$0")" || exit 1
make -s -C ../../userspace SAN=1 build-san/libktap.a >&2 || exit 1
flock ../user/Makefile make -s -C ../user >&2 || exit 1
mkdir -p build
# shellcheck disable=SC2046 # a list of options
${CC:-cc} -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -g -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined -I../../include -I../../userspace -I../../vm/core fuzz_elf.c \
	../../userspace/build-san/libktap.a $(pkg-config --libs libtraceevent) -lelf -lpthread -o build/fuzz_elf || exit 1

echo 1..1
user=../user/build
if build/fuzz_elf "${FUZZ_N:-1500}" "${FUZZ_SEED:-1}" /etc/ld.so.cache $user/target $user/target-nopie \
	$user/target-stripped $user/target-linked $user/libplug.so >build/elf.out 2>&1; then
	echo "ok 1 - damaged files are refused, or read as far as they go: $(cat build/elf.out)"
else
	echo "not ok 1 - damaged files are refused, or read as far as they go"
	sed 's/^/# /' build/elf.out
fi
