#!/bin/sh
# Each check of loader and verifier is left out in turn: some case must miss it (needed.c).
# Left out are those that refuse for want of memory, which no case can bring about.
cd "$(dirname "$0")/../.." || exit 1
make -s -C test/verify build/needed >&2 || exit 1
cd vm/core && grep -n '\bbad(' verify_*.c load_check.c | grep -v NOMEM | cut -d: -f1,2 |
	../../test/verify/build/needed ../../test/verify/case
