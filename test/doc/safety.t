#!/bin/sh
# doc/safety.md names every rule of loader and verifier with the number of its cases, and every fuzzer.
cd "$(dirname "$0")/../.." || exit 1
n=0

# has NAME PATTERN
has() {
	n=$((n + 1))
	if grep -q -e "$2" doc/safety.md; then echo "ok $n - $1"; else echo "not ok $n - $1: no '$2'"; fi
}

for file in test/verify/case/[A-Z]*.kasm; do
	rule=$(basename "$file" .kasm)
	has "$rule" "| \`$rule\` | $(grep -c '^-- error' "$file") |"
done
for file in test/fuzz/*.t; do
	has "$(basename "$file")" "^| \`fuzz/$(basename "$file")\` |"
done
for file in $(grep -o '`test/[a-z/]*\.t`' doc/safety.md | tr -d '\`'); do
	n=$((n + 1))
	if [ -e "$file" ]; then echo "ok $n - $file is there"; else echo "not ok $n - there is no $file"; fi
done
echo "1..$n"
