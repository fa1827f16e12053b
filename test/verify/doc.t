#!/bin/sh
# The instruction table of doc/bytecode.md is the one that opcodes.def.h makes.
echo 1..2
if doc/gen-bytecode include/ktap/opcodes.def.h doc/bytecode.md | diff -u doc/bytecode.md - >&2
then echo "ok 1 - doc/bytecode.md is up to date"
else echo "not ok 1 - doc/bytecode.md is up to date: run doc/gen-bytecode"
fi
list=$(sed -n '/define KTAP_OPCODES/,/^$/p' include/ktap/opcodes.def.h | grep -c '^	_(')
table=$(sed -n '/<!-- instructions/,/<!-- end/p' doc/bytecode.md | grep -c '^| [A-Z]')
if [ "$list" -gt 0 ] && [ "$list" = "$table" ]
then echo "ok 2 - all $list instructions are in it"
else echo "not ok 2 - $table instructions in the table, $list in the list"
fi
