// SPDX-License-Identifier: GPL-2.0
#include "event/ksyms.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/arena.h"
#include "util/file.h"
#include "util/sorted.h"
#include "util/text.h"

#define MAX_OFFSET	(1u << 20)	/* further on it is something else */
#define MAX_SCANS	2u		/* for names; then the table is worth its memory */

/* --- reading; by hand, since there are hundreds of thousands of lines --- */

static char *parse_address(char *p, uint64_t *address)
{
	*address = 0;
	for (;; p++) {
		if (*p >= '0' && *p <= '9')
			*address = *address << 4 | (*p - '0');
		else if (*p >= 'a' && *p <= 'f')
			*address = *address << 4 | (*p - 'a' + 10);
		else
			return p;
	}
}

/* Ends the word at p and returns what is behind it. */
static char *end_word(char *p, const char *stops)
{
	p += strcspn(p, stops);
	if (*p)
		*p++ = 0;
	return p;
}

/* "ffffffff81000000 T name\t[module]"; false if the line is something else. */
static bool parse_line(char *line, struct ksym *sym)
{
	char *p = parse_address(line, &sym->address), *module;

	if (p == line || p[0] != ' ' || !p[1] || p[2] != ' ' || !p[3])
		return false;
	sym->type = p[1];
	sym->name = p + 3;
	module = end_word(p + 3, "\t ");
	sym->module = *module == '[' ? module + 1 : NULL;
	if (sym->module)
		end_word(module + 1, "]");
	return true;
}

/* 'a' are numbers that only look like addresses, of variables of each CPU. */
static void parse_all(struct ksyms *k)
{
	char *line = k->text.data, *next;
	struct ksym sym = { 0 };

	for (; *line; line = next) {
		next = end_word(line, "\n");
		if (parse_line(line, &sym) && sym.type != 'a' && sym.type != 'A')
			*list_push(k) = sym;
	}
}

/* Names lie in the order of the file. */
static int by_address(const void *pa, const void *pb)
{
	const struct ksym *a = pa, *b = pb;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return a->name < b->name ? -1 : a->name > b->name;
}

static unsigned int hash_of(const char *name)
{
	unsigned int hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash;
}

/* Backwards, so that those of one name are found in the order of addresses. */
static void build_hash(struct ksyms *k)
{
	unsigned int size = 1024;

	while (size < k->n)
		size *= 2;
	k->mask = size - 1;
	k->hash = xmalloc(size * sizeof(*k->hash));
	memset(k->hash, 0, size * sizeof(*k->hash));
	for (unsigned int i = k->n; i--; ) {
		unsigned int *slot = &k->hash[hash_of(k->at[i].name) & k->mask];

		k->at[i].next = *slot;
		*slot = i + 1;
	}
}

static const char *path(void)
{
	const char *given = getenv("KTAP_KALLSYMS");

	return given ? given : "/proc/kallsyms";
}

bool ksyms_are_given(void)
{
	return getenv("KTAP_KALLSYMS");
}

bool ksyms_absent(void)
{
	return access(path(), F_OK) && errno == ENOENT;
}

static void need(struct ksyms *k)
{
	if (k->read)
		return;
	k->read = true;
	file_read(path(), &k->text);
	buf_putc(&k->text, 0);
	parse_all(k);
	if (k->n)
		qsort(k->at, k->n, sizeof(*k->at), by_address);
	build_hash(k);
}

void ksyms_ask(struct ksyms *k, int device)
{
	if (!ksyms_are_given())
		kernelnames_begin(&k->asked, device);
}

static void free_read(struct ksyms *k)
{
	for (unsigned int i = 0; i < k->found.n; i++) {
		free((char *)k->found.at[i]->name);
		free((char *)k->found.at[i]->module);
		free(k->found.at[i]);
	}
	free(k->found.at);
	free(k->at);
	free(k->hash);
	buf_free(&k->text);
}

void ksyms_renew(struct ksyms *k)
{
	struct kernelnames asked = k->asked;

	kernelnames_renew(&asked);
	free_read(k);
	*k = (struct ksyms){ .asked = asked };
}

void ksyms_free(struct ksyms *k)
{
	kernelnames_free(&k->asked);
	free_read(k);
	*k = (struct ksyms){ 0 };
}

/* --- by address --- */

/* The symbol of the list that the address belongs to, the first of several; NULL: none. */
static const struct ksym *listed_at(struct ksyms *k, uint64_t address)
{
	unsigned int n;

	need(k);
	n = sorted_up_to(k, address, address);
	while (n > 1 && k->at[n - 1].address == k->at[n - 2].address)
		n--;
	if (!n || !k->at[n - 1].address || address - k->at[n - 1].address > MAX_OFFSET)
		return NULL;
	return &k->at[n - 1];
}

/* What the address belongs to; its name is NULL if that is nothing. */
static struct kernelname name_at(struct ksyms *k, uint64_t address)
{
	const struct kernelname *told = kernelnames_find(&k->asked, address);
	const struct ksym *sym;

	if (told)
		return *told;
	sym = kernelnames_answer(&k->asked) ? NULL : listed_at(k, address);
	if (!sym)
		return (struct kernelname){ 0 };
	return (struct kernelname){ sym->address, ksyms_size(k, sym), sym->name, sym->module };
}

struct symbol ksyms_symbol(struct ksyms *k, uint64_t address, unsigned int back)
{
	const struct kernelname n = name_at(k, address - back);

	if (!n.name)
		return (struct symbol){ 0 };
	return (struct symbol){ n.name, n.module, address - n.start, false };
}

void ksyms_text(struct ksyms *k, uint64_t address, struct buf *out)
{
	const struct symbol s = ksyms_symbol(k, address, 0);

	symbol_text(&s, address, out);
}

static void put_number(uint64_t address, struct buf *out)
{
	buf_printf(out, "0x%llx", (unsigned long long)address);
}

void ksyms_name(struct ksyms *k, uint64_t address, struct buf *out)
{
	const struct kernelname n = name_at(k, address);

	if (n.name)
		text_str(out, n.name);
	else
		put_number(address, out);
}

void ksyms_place(struct ksyms *k, uint64_t address, struct buf *out)
{
	const struct kernelname n = name_at(k, address);

	if (!n.name) {
		put_number(address, out);
		return;
	}
	buf_printf(out, "%s+0x%llx/0x%llx", n.name, (unsigned long long)(address - n.start),
		   (unsigned long long)n.size);
	if (n.module)
		buf_printf(out, " [%s]", n.module);
}

uint64_t ksyms_size(struct ksyms *k, const struct ksym *sym)
{
	unsigned int next;

	need(k);
	next = sorted_up_to(k, address, sym->address);

	return next < k->n ? k->at[next].address - sym->address : MAX_OFFSET;
}

/* --- by name --- */

const struct ksym *ksyms_all(struct ksyms *k, unsigned int *n)
{
	need(k);
	*n = k->n;
	return k->at;
}

static const struct ksym *from_chain(const struct ksyms *k, unsigned int i, const char *name)
{
	while (i && strcmp(k->at[i - 1].name, name))
		i = k->at[i - 1].next;
	return i ? &k->at[i - 1] : NULL;
}

static void keep(struct ksyms *k, const struct ksym *sym)
{
	struct ksym *copy = xmalloc(sizeof(*copy));

	*copy = *sym;
	copy->name = text_dup(sym->name);
	copy->module = sym->module ? text_dup(sym->module) : NULL;
	*list_push(&k->found) = copy;
}

/* Goes through the file for one name. */
static void scan(struct ksyms *k, const char *name)
{
	FILE *file = fopen(path(), "re");
	struct ksym sym = { 0 };
	char *line = NULL;
	size_t room = 0;

	k->scans++;
	while (file && getline(&line, &room, file) > 0) {
		line[strcspn(line, "\n")] = 0;
		if (strstr(line, name) && parse_line(line, &sym) && sym.type != 'a' && sym.type != 'A' &&
		    !strcmp(sym.name, name))
			keep(k, &sym);
	}
	free(line);
	if (file)
		fclose(file);
}

static const struct ksym *from_found(const struct ksyms *k, unsigned int i, const char *name)
{
	while (i < k->found.n && strcmp(k->found.at[i]->name, name))
		i++;
	return i < k->found.n ? k->found.at[i] : NULL;
}

static const struct ksym *find_by_scan(struct ksyms *k, const char *name)
{
	const struct ksym *sym = from_found(k, 0, name);

	if (sym || k->scans == MAX_SCANS)
		return sym;
	scan(k, name);
	return from_found(k, 0, name);
}

const struct ksym *ksyms_find(struct ksyms *k, const char *name)
{
	const struct ksym *sym = k->read ? NULL : find_by_scan(k, name);

	if (sym)
		return sym;
	need(k);
	return from_chain(k, k->hash[hash_of(name) & k->mask], name);
}

const struct ksym *ksyms_again(const struct ksyms *k, const struct ksym *sym)
{
	for (unsigned int i = 0; i < k->found.n; i++)
		if (k->found.at[i] == sym)
			return from_found(k, i + 1, sym->name);
	return from_chain(k, sym->next, sym->name);
}
