// SPDX-License-Identifier: GPL-2.0
#include "event/catalog.h"

#include <stdio.h>
#include <string.h>

#include "util/text.h"

int catalog_need_tracefs(struct event_catalog *c, struct buf *why)
{
	if (c->has_tracefs)
		return 0;
	if (tracefs_open(&c->tracefs, why))
		return -1;
	formats_init(&c->formats, &c->tracefs);
	c->has_tracefs = true;
	return 0;
}

const struct format *catalog_format(struct event_catalog *c, const char *system, const char *name)
{
	const struct format *format = NULL;
	struct buf why = { 0 };

	if (!catalog_need_tracefs(c, &why))
		format = format_get(&c->formats, system, name, NULL);
	buf_free(&why);
	return format;
}

bool catalog_has_types(struct event_catalog *c)
{
	struct buf why = { 0 };
	bool has = !types_need(&c->types, &why);

	buf_free(&why);
	return has;
}

void catalog_untyped(struct event_catalog *c, struct buf *why)
{
	struct buf reason = { 0 };

	if (types_need(&c->types, &reason))
		buf_printf(why, "; %s", text_cstr(&reason));
	buf_free(&reason);
}

static void close_files(struct event_catalog *c)
{
	if (c->has_tracefs) {
		formats_exit(&c->formats);
		tracefs_close(&c->tracefs);
	}
	types_close(&c->types);
	traceable_free(&c->traceable);
	buf_free(&c->modules);
}

void catalog_close(struct event_catalog *c)
{
	close_files(c);
	ksyms_free(&c->ksyms);
	*c = (struct event_catalog){ 0 };
}

void catalog_renew(struct event_catalog *c)
{
	close_files(c);
	ksyms_renew(&c->ksyms);
	*c = (struct event_catalog){ .pid = c->pid, .ksyms = c->ksyms };
}

/* Names and sizes; how often each is used changes all the time. */
static void list_modules(struct buf *out)
{
	FILE *file = fopen("/proc/modules", "re");
	char line[512], name[64], size[24];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%63s %23s", name, size) == 2)
			buf_printf(out, "%s %s\n", name, size);
	if (file)
		fclose(file);
}

void catalog_check(struct event_catalog *c)
{
	struct buf now = { 0 };

	list_modules(&now);
	if (!strcmp(text_cstr(&now), text_cstr(&c->modules))) {
		buf_free(&now);
		return;
	}
	catalog_renew(c);
	c->modules = now;
}
