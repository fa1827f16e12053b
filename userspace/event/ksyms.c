// SPDX-License-Identifier: GPL-2.0
#include "event/ksyms.h"

#include <event-parse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/text.h"

#define MAX_OFFSET	(1u << 20)	/* further on it is something else */

static void register_line(struct tep_handle *tep, const char *line)
{
	unsigned long long address;
	char type, name[256], module[128];
	int got = sscanf(line, "%llx %c %255s [%127[^]]", &address, &type, name, module);

	if (got >= 3 && address && strchr("tTwW", type))
		tep_register_function(tep, name, address, got == 4 ? module : NULL);
}

static void add_line(struct ksyms *k, const char *line)
{
	unsigned long long address;
	char type, name[256], module[128];
	int got = sscanf(line, "%llx %c %255s [%127[^]]", &address, &type, name, module);

	if (got >= 3 && address && type != 'a')
		*list_push(k) = (struct ksym){ address, text_dup(name),
					       got == 4 ? text_dup(module) : NULL };
}

/* Several names of one address are put in order, so that the same one is always shown. */
static int by_address(const void *pa, const void *pb)
{
	const struct ksym *a = pa, *b = pb;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void read_all(struct ksyms *k)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	size_t room = 0;
	char *line = NULL;

	k->read = true;
	if (!file)
		return;
	while (getline(&line, &room, file) > 0)
		add_line(k, line);
	if (k->n)
		qsort(k->at, k->n, sizeof(*k->at), by_address);
	free(line);
	fclose(file);
}

/* The number of symbols that begin at the address or below. */
static unsigned int count_below(const struct ksyms *k, uint64_t address)
{
	unsigned int low = 0, high = k->n;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;

		if (k->at[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The symbol at the address or below, the first of those that begin there; NULL: none. */
static const struct ksym *find(struct ksyms *k, uint64_t address)
{
	unsigned int n;

	if (!k->read)
		read_all(k);
	n = count_below(k, address);
	while (n > 1 && k->at[n - 1].address == k->at[n - 2].address)
		n--;
	return n && address - k->at[n - 1].address <= MAX_OFFSET ? &k->at[n - 1] : NULL;
}

void ksyms_frame_text(struct ksyms *k, uint64_t address, unsigned int back, struct buf *out)
{
	const struct ksym *sym = find(k, address - back);

	if (!sym) {
		buf_printf(out, "0x%llx", (unsigned long long)address);
		return;
	}
	text_str(out, sym->name);
	if (address != sym->address)
		buf_printf(out, "+0x%llx", (unsigned long long)(address - sym->address));
	if (sym->module)
		buf_printf(out, " [%s]", sym->module);
}

void ksyms_text(struct ksyms *k, uint64_t address, struct buf *out)
{
	ksyms_frame_text(k, address, 0, out);
}

void ksyms_free(struct ksyms *k)
{
	for (unsigned int i = 0; i < k->n; i++)
		free(k->at[i].name), free(k->at[i].module);
	free(k->at);
	*k = (struct ksyms){ 0 };
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
