// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "event/soundfmt.h"
#include "tap.h"

#define FIELDS	"name: x\nID: 1\nformat:\n\tfield:pid_t pid;\toffset:8;\n\tfield:char comm[16];\toffset:12;\n\n"

static void keeps(const char *file, size_t want, const char *what)
{
	is(format_sound(file, strlen(file)), want, what);
}

int main(void)
{
	const char *known = FIELDS "print fmt: \"%s %d\", REC->comm, REC->pid\n";
	const size_t before = strlen(FIELDS);

	keeps(known, strlen(known), "a last line of fields there are stays");
	keeps(FIELDS "print fmt: \"%d\", REC->pid + (REC->prio & 1)\n", before, "one of a field there is not goes");
	keeps(FIELDS "print fmt: \"%d\", REC->pi\n", before, "the beginning of a name is another name");
	keeps(FIELDS "print fmt: \"%d\", REC->", before, "no name is no field");
	keeps(FIELDS, before, "no last line, nothing to leave out");
	keeps("", 0, "nothing stays nothing");
	return tap_done();
}
