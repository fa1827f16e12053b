#!/bin/sh
# Every operand of every instruction out of range, and each word through its text.
make -s -C test/verify build/test_opcodes >&2 && exec test/verify/build/test_opcodes
