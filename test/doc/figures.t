#!/bin/sh
# The figures that pages quote are those of doc/performance.md.
cd "$(dirname "$0")/../.." || exit 1
echo 1..1
if said=$(doc/gen-figures --check 2>&1); then
	echo 'ok 1 - figures are as measured'
else
	echo 'not ok 1 - figures are as measured'
	echo "$said" | sed 's/^/# /'
fi
