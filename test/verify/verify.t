#!/bin/sh
# Every rule of loader and verifier, by the cases in test/verify/case.
make -s -C test/verify build/test_verify >&2 && exec test/verify/build/test_verify
