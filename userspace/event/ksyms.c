// SPDX-License-Identifier: GPL-2.0
#include "event/ksyms.h"

#include <event-parse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void register_line(struct tep_handle *tep, const char *line)
{
	unsigned long long address;
	char type, name[256], module[128];
	int got = sscanf(line, "%llx %c %255s [%127[^]]", &address, &type, name, module);

	if (got >= 3 && address && strchr("tTwW", type))
		tep_register_function(tep, name, address, got == 4 ? module : NULL);
}

void ksyms_register(struct tep_handle *tep)
{
	size_t room = 0;
	char *line = NULL;
	FILE *file;

	if (tep_get_function_count(tep))
		return;
	file = fopen("/proc/kallsyms", "re");
	if (!file)
		return;
	while (getline(&line, &room, file) > 0)
		register_line(tep, line);
	free(line);
	fclose(file);
}
