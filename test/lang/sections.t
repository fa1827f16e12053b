#!/bin/sh
# Every language test says which sections of doc/language.md it is of, and every
# section has one; those of first looks and differences are shown by the others.
cd "$(dirname "$0")/../.." || exit 1
exempt='1 14'
n=0 failed=0

report() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failed=1
	fi
}

named() { sed -n 's/^# language\.md \([0-9, ]*\):.*/\1/p' "$1" | tr -d ' ' | tr ',' '\n'; }

last=$(sed -n 's/^\([0-9]*\)\. \[.*/\1/p' doc/language.md | tail -n 1)
all=
for script in test/lang/*.kp; do
	here=$(named "$script")
	[ -n "$here" ] && [ -z "$(echo "$here" | awk -v last="$last" '$1 < 1 || $1 > last')" ]
	report $? "$(basename "$script"): $(echo ${here:-lacks a line such as: '# language.md 7: tables.'})"
	all="$all $here"
done
for section in $(seq "$last"); do
	title=$(sed -n "s/^$section\. \[\(.*\)\](.*/\1/p" doc/language.md)
	echo " $exempt $(echo $all) " | grep -q " $section "
	report $? "section $section, $title, has a test"
done
echo "1..$n"
exit $failed
