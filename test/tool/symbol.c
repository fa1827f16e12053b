// SPDX-License-Identifier: GPL-2.0
/*
 * symbol.c - ktap-symbol: what the module says that addresses are called (KTAP_IOC_SYMBOL), beside
 * /proc/kallsyms.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session.h"
#include "tap.h"

#define MANY	400000u
#define EVERY	61u	/* of the kernel's own symbols, so many are one that is asked for */

struct symbol {
	__u64 address;
	char type;
	char *name, *module;	/* "" is the kernel's own */
};

static struct symbol *listed;	/* by address, then name and module */
static unsigned nlisted;
static __u64 a_function;

static int compare(const void *pa, const void *pb)
{
	const struct symbol *a = pa, *b = pb;
	int names;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	names = strcmp(a->name, b->name);
	return names ? names : strcmp(a->module, b->module);
}

static void add(__u64 address, char type, const char *name, const char *module)
{
	if (nlisted == MANY)
		abort();
	listed[nlisted++] = (struct symbol){ address, type, strdup(name), strdup(module) };
	a_function = strcmp(name, "vfs_read") ? a_function : address;
}

static void list(void)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[1024], type, name[512], module[64];
	__u64 at;

	listed = calloc(MANY, sizeof(*listed));
	while (file && fgets(line, sizeof(line), file)) {
		*module = 0;
		if (sscanf(line, "%llx %c %511s [%63[^]]", &at, &type, name, module) >= 3)
			add(at, type, name, module);
	}
	fclose(file);
	qsort(listed, nlisted, sizeof(*listed), compare);
}

static int ask(int fd, __u64 address, char *text, __u32 *bytes)
{
	struct ktap_ioc_symbol io = { .size = sizeof(io), .bytes = *bytes, .address = address,
				      .text = (unsigned long)text };
	int err = ktap_call(fd, KTAP_IOC_SYMBOL, &io);

	*bytes = io.bytes;
	return err;
}

/* The answer is of a symbol in the list which begins there or behind, and not behind the address. */
static bool agrees(int fd, const struct symbol *s, __u64 address)
{
	char text[1024], name[512], module[64] = "";
	struct symbol wanted = { .name = name, .module = module };
	unsigned long long offset, size;
	__u32 bytes = sizeof(text);
	bool good;

	if (ask(fd, address, text, &bytes) || bytes != strlen(text) + 1 ||
	    sscanf(text, "%511[^+]+%llx/%llx [%63[^]]", name, &offset, &size, module) < 3)
		return false;
	wanted.address = address - offset;
	good = bsearch(&wanted, listed, nlisted, sizeof(wanted), compare) && wanted.address >= s->address &&
	       offset < size;
	if (!good)
		printf("# %llx %s: %s\n", address, s->name, text);
	return good;
}

static bool is_asked_for(unsigned i, bool in_module)
{
	if (!strchr("tTwW", listed[i].type) || !listed[i].address || in_module != !strcmp(listed[i].module, "ktapvm"))
		return false;
	return in_module || (!*listed[i].module && i % EVERY == 0);
}

static void names(int fd, bool in_module, unsigned least)
{
	unsigned i, n = 0, wrong = 0;

	for (i = 0; i < nlisted; i++)
		if (is_asked_for(i, in_module)) {
			n += 2;
			wrong += !agrees(fd, &listed[i], listed[i].address);
			wrong += !agrees(fd, &listed[i], listed[i].address + 1);
		}
	ok(n >= least && !wrong, "SYMBOL: of %u addresses in functions of %s %u are not called as the kernel lists them",
	   n, in_module ? "the module" : "the kernel", wrong);
}

static void has_room(int fd)
{
	char whole[1024], part[1024];
	__u32 bytes = sizeof(whole), none = 0, few = 5;

	memset(part, 'x', sizeof(part));
	is(ask(fd, a_function + 2, whole, &bytes), 0, "SYMBOL: behind the first byte of a function");
	ok(!strncmp(whole, "vfs_read+0x2/0x", 15), "%s", whole);
	is(ask(fd, a_function + 2, part, &none), 0, "without room");
	is(none, bytes, "tells how much is needed");
	is(ask(fd, a_function + 2, part, &few), 0, "with less room");
	ok(few == bytes && !memcmp(part, "vfs_rxxxx", 9), "what fits is copied");
}

static void refuses(int fd)
{
	char text[1024];
	__u32 bytes = sizeof(text);

	is(ask(fd, 0, text, &bytes), -ENOENT, "SYMBOL of 0");
	is(ask(fd, (unsigned long)text, text, &bytes), -ENOENT, "SYMBOL of a process's address");
	is(ask(fd, ~0ull, text, &bytes), -ENOENT, "SYMBOL of the last address");
	bytes = sizeof(text);
	is(ask(fd, a_function, (char *)8, &bytes), -EFAULT, "SYMBOL to nowhere");
}

static void hides(int fd)
{
	char text[1024];
	__u32 bytes = sizeof(text);

	hide_addresses("2");
	is(ask(fd, a_function, text, &bytes), -EPERM, "SYMBOL, while kptr_restrict hides addresses");
	hide_addresses("0");
	is(ask(fd, a_function, text, &bytes), 0, "SYMBOL, while it does not");
}

int main(void)
{
	int fd = ktap_open();

	list();
	names(fd, false, 500);
	names(fd, true, 1000);
	has_room(fd);
	refuses(fd);
	hides(fd);
	close(fd);
	return tap_done();
}
