// SPDX-License-Identifier: GPL-2.0
/*
 * named.c - ktap-named: which functions a name or a pattern means (KTAP_IOC_FUNCTIONS), beside
 * what /proc/kallsyms and the function tracer's own list say of them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fnmatch.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "session.h"
#include "tap.h"

#define ROOM	(32u << 20)
#define MANY	400000

/* Functions as "ADDRESS NAME", sorted. */
struct listed {
	char **at;
	unsigned n;
};

static __u64 text_begins, text_ends;
static char *answer;

static void add(struct listed *l, __u64 address, const char *name)
{
	l->at = l->at ? l->at : calloc(MANY, sizeof(*l->at));
	if (l->n == MANY || asprintf(&l->at[l->n++], "%llx %s", address, name) < 0)
		abort();
}

static void forget(struct listed *l)
{
	while (l->n)
		free(l->at[--l->n]);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct listed *l)
{
	qsort(l->at, l->n, sizeof(*l->at), by_text);
}

static FILE *must_open(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file) {
		perror(path);
		exit(1);
	}
	return file;
}

/* Behind the end of its text the kernel lists what it ran once, and has no more. */
static void find_text(void)
{
	FILE *file = must_open("/proc/kallsyms");
	char line[1024], name[512];
	__u64 at;

	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%llx %*c %511s", &at, name) == 2) {
			text_begins = strcmp(name, "_stext") ? text_begins : at;
			text_ends = strcmp(name, "_etext") ? text_ends : at;
		}
	fclose(file);
}

static bool is_function(char type, __u64 at, bool in_module)
{
	return strchr("tTwW", type) && (in_module || (at >= text_begins && at < text_ends));
}

/* As /proc/kallsyms has it; `module` is NULL for the kernel itself. */
static void list(struct listed *l, const char *pattern, const char *module)
{
	FILE *file = must_open("/proc/kallsyms");
	char line[1024], type, name[512], in[64];
	__u64 at;

	forget(l);
	while (fgets(line, sizeof(line), file)) {
		*in = 0;
		if (sscanf(line, "%llx %c %511s [%63[^]]", &at, &type, name, in) >= 3 &&
		    !strcmp(in, module ? module : "") && is_function(type, at, module) && !fnmatch(pattern, name, 0))
			add(l, at, name);
	}
	fclose(file);
	sort(l);
}

static int ask(int fd, const char *name, const char *module, __u32 *bytes)
{
	struct ktap_ioc_functions io = { .size = sizeof(io), .bytes = *bytes, .name = (unsigned long)name,
					 .module = (unsigned long)module, .functions = (unsigned long)answer };
	int err = ktap_call(fd, KTAP_IOC_FUNCTIONS, &io);

	*bytes = io.bytes;
	return err;
}

/* The answer's functions; only those that ftrace reaches, if that is asked. */
static void take(struct listed *l, __u32 bytes, bool traced)
{
	const struct ktap_function *f;

	forget(l);
	for (__u32 i = 0; i < bytes; i += f->bytes) {
		f = (const void *)(answer + i);
		if (!traced || f->is_traced)
			add(l, f->address, (const char *)(f + 1));
	}
	sort(l);
}

static bool same(const struct listed *a, const struct listed *b)
{
	unsigned i = 0;

	while (i < a->n && i < b->n && !strcmp(a->at[i], b->at[i]))
		i++;
	if (i < a->n || i < b->n)
		printf("# first difference: '%s', '%s'\n", i < a->n ? a->at[i] : "", i < b->n ? b->at[i] : "");
	return a->n == b->n && i == a->n;
}

static void agrees(int fd, const char *name, const char *module, unsigned least)
{
	static struct listed want, got;
	__u32 bytes = ROOM;

	list(&want, name, module);
	is(ask(fd, name, module, &bytes), 0, "FUNCTIONS: %s of %s", name, module ? module : "the kernel");
	take(&got, bytes, false);
	ok(want.n >= least && same(&got, &want), "%u, as the kernel lists them", got.n);
}

static void finds(int fd)
{
	agrees(fd, "vfs_read", NULL, 1);
	agrees(fd, "t_next", NULL, 2);
	agrees(fd, "no_such_function", NULL, 0);
	agrees(fd, "jiffies", NULL, 0);
	agrees(fd, "vfs_[rw]*", NULL, 4);
	agrees(fd, "*_next", NULL, 100);
	agrees(fd, "*", NULL, 20000);
	agrees(fd, "kp_session_functions", "ktapvm", 1);
	agrees(fd, "check", "ktapvm", 2);
	agrees(fd, "vfs_read", "ktapvm", 0);
	agrees(fd, "kp_f*", "ktapvm", 10);
	agrees(fd, "*", "ktapvm", 1000);
}

static const char *name_of(const char *listed)
{
	return strchr(listed, ' ') + 1;
}

static void enter(const char *name)
{
	if (!hsearch((ENTRY){ .key = strdup(name) }, ENTER))
		abort();
}

static bool is_entered(const char *name)
{
	return hsearch((ENTRY){ .key = (char *)name }, FIND);
}

/* Each name of the tracer's list is that of a function which is said to be reached. */
static void reaches_all(const struct listed *traced)
{
	FILE *file = must_open("/sys/kernel/tracing/available_filter_functions");
	unsigned i, n = 0, missing = 0;
	char line[1024];

	hcreate(2 * MANY);
	for (i = 0; i < traced->n; i++)
		enter(name_of(traced->at[i]));
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = 0;
		if (strchr(line, ' ') || !strncmp(line, "__ftrace_invalid", 16))
			continue;		/* of a module; what has been freed */
		n++;
		if (!is_entered(line) && !missing++)
			printf("# %s\n", line);
	}
	fclose(file);
	hdestroy();
	ok(n > 10000 && !missing, "the tracer's list has %u names, %u of which are not said to be reached", n, missing);
}

/* And each address has a name that is in the list: others of the same address need not be. */
static void reaches_no_other(const struct listed *traced)
{
	FILE *file = must_open("/sys/kernel/tracing/available_filter_functions");
	unsigned i, j, others = 0;
	char line[1024];
	bool known;

	hcreate(2 * MANY);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, " \n")] = 0;
		enter(line);
	}
	fclose(file);
	for (i = 0; i < traced->n; i = j) {
		known = false;
		for (j = i; j < traced->n && !strncmp(traced->at[i], traced->at[j], 17); j++)
			known |= is_entered(name_of(traced->at[j]));
		if (!known && !others++)
			printf("# %s\n", traced->at[i]);
	}
	hdestroy();
	ok(!others, "of %u that are said to be reached %u are not in it", traced->n, others);
}

static void reaches(int fd)
{
	static struct listed traced;
	__u32 bytes = ROOM;

	mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	is(ask(fd, "*", NULL, &bytes), 0, "FUNCTIONS: all");
	take(&traced, bytes, true);
	reaches_all(&traced);
	reaches_no_other(&traced);
}

/* What fits is copied, what does not is counted; nothing is written behind the room. */
static void has_room(int fd, const char *name, const char *module)
{
	__u32 all = ROOM, part, i, good = 0;
	char *whole;

	ask(fd, name, module, &all);
	whole = malloc(all);
	memcpy(whole, answer, all);
	memset(answer, 0x5a, all);
	part = all / 2;
	is(ask(fd, name, module, &part), 0, "FUNCTIONS: %s, half of the room", name);
	is(part, all, "tells how much there is");
	for (i = 0; i < all / 2 && answer[i] == whole[i]; i++)
		;
	for (good = all / 2; good < all && answer[good] == 0x5a; good++)
		;
	ok(i > all / 2 - 600 && good == all, "%u of %u bytes are copied, nothing behind the room", i, all);
	part = 0;
	is(ask(fd, name, module, &part), 0, "no room at all");
	is(part, all, "tells the same");
	free(whole);
}

static void refuses(int fd)
{
	struct ktap_ioc_functions io = { .size = sizeof(io), .bytes = ROOM, .functions = 8 };
	static char long_name[1024];
	__u32 bytes = ROOM;

	is(ask(fd, "vfs_read", "no_such_module", &bytes), -ENOENT, "FUNCTIONS of a module that is not there");
	io.name = (unsigned long)"vfs_read";
	is(ktap_call(fd, KTAP_IOC_FUNCTIONS, &io), -EFAULT, "FUNCTIONS to nowhere");
	io.name = (unsigned long)"vfs_*";
	is(ktap_call(fd, KTAP_IOC_FUNCTIONS, &io), -EFAULT, "a pattern's to nowhere");
	io.module = (unsigned long)"ktapvm";
	io.name = (unsigned long)"kp_*";
	is(ktap_call(fd, KTAP_IOC_FUNCTIONS, &io), -EFAULT, "a module's to nowhere");
	io.name = 8;
	is(ktap_call(fd, KTAP_IOC_FUNCTIONS, &io), -EFAULT, "FUNCTIONS: a name nowhere");
	memset(long_name, 'x', sizeof(long_name) - 1);
	is(ask(fd, long_name, NULL, &bytes), -EINVAL, "FUNCTIONS: a name longer than any");
	is(ask(fd, "vfs_read", long_name, &bytes), -EINVAL, "FUNCTIONS: a module's longer than any");
}

static void hides(int fd)
{
	__u32 bytes = ROOM;

	hide_addresses("2");
	is(ask(fd, "vfs_read", NULL, &bytes), -EPERM, "FUNCTIONS, while kptr_restrict hides addresses");
	hide_addresses("0");
	is(ask(fd, "vfs_read", NULL, &bytes), 0, "FUNCTIONS, while it does not");
}

int main(void)
{
	int fd = ktap_open();
	__u32 bytes = ROOM;

	answer = malloc(ROOM);
	if (ask(fd, "vfs_read", NULL, &bytes) == -EOPNOTSUPP) {
		puts("1..0 # SKIP this kernel has no search for all functions of a name");
		return 0;
	}
	find_text();
	finds(fd);
	reaches(fd);
	has_room(fd, "*", NULL);
	has_room(fd, "kp_*", "ktapvm");
	refuses(fd);
	hides(fd);
	close(fd);
	return tap_done();
}
