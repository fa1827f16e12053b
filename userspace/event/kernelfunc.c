// SPDX-License-Identifier: GPL-2.0
#include "event/kernelfunc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <ktap/ioctl.h>

#include "util/file.h"
#include "util/text.h"

#define ROOM	(4u << 20)	/* bytes at first, of which only those take memory that are written */

struct asking {
	struct kernelfuncs *funcs;
	int fd;
	const char *name;
	char *answer;
	uint32_t room;
};

static bool ask(struct asking *a, const char *module, uint32_t *bytes)
{
	struct ktap_ioc_functions io = { .size = sizeof(io), .bytes = a->room, .name = (uintptr_t)a->name,
					 .module = (uintptr_t)module, .functions = (uintptr_t)a->answer };

	if (ioctl(a->fd, KTAP_IOC_FUNCTIONS, &io))
		return false;
	*bytes = io.bytes;
	return true;
}

static void add(struct asking *a, const char *module, uint32_t bytes)
{
	const struct ktap_function *at;
	struct kernelfuncs *f = a->funcs;

	for (uint32_t i = 0; i < bytes; i += at->bytes) {
		const char *name = a->answer + i + sizeof(*at);

		at = (const struct ktap_function *)(a->answer + i);
		*list_push(&f->list) = (struct kernelfunc){
			{ .address = at->address, .name = arena_copy(&f->names, name, strlen(name)),
			  .module = module, .type = 'T' }, at->is_traced, f->list.n };
	}
}

/* False: not all of them are known. A module that has just gone has none. */
static bool add_from(struct asking *a, const char *module)
{
	uint32_t bytes;

	while (ask(a, module, &bytes)) {
		if (bytes <= a->room) {
			add(a, module, bytes);
			return true;
		}
		a->room = bytes;
		a->answer = xrealloc(a->answer, bytes);
	}
	return module && errno == ENOENT;
}

/* "NAME SIZE ..." a line. */
static bool add_modules(struct asking *a)
{
	struct buf list = { 0 };
	char *line, *end;
	bool all = file_read("/proc/modules", &list) || errno == ENOENT;

	buf_putc(&list, 0);
	for (line = list.data; all && *line && (end = strchr(line, '\n')); line = end + 1) {
		line[strcspn(line, " \n")] = 0;
		all = add_from(a, arena_copy(&a->funcs->names, line, strlen(line)));
	}
	buf_free(&list);
	return all;
}

static int by_address(const void *pa, const void *pb)
{
	const struct kernelfunc *a = pa, *b = pb;

	if (a->sym.address != b->sym.address)
		return a->sym.address < b->sym.address ? -1 : 1;
	return a->nr < b->nr ? -1 : a->nr > b->nr;
}

struct kernelfuncs kernelfuncs_find(const char *name)
{
	struct kernelfuncs f = { 0 };
	struct asking a = { .funcs = &f, .fd = -1, .name = name, .room = ROOM };

	if (!ksyms_are_given())
		a.fd = open(KTAP_DEVICE, O_RDWR | O_CLOEXEC);
	if (a.fd < 0)
		return f;
	a.answer = xmalloc(a.room);
	if (!add_from(&a, NULL) || !add_modules(&a))
		kernelfuncs_free(&f);
	if (f.list.n)
		qsort(f.list.at, f.list.n, sizeof(*f.list.at), by_address);
	free(a.answer);
	close(a.fd);
	return f;
}

void kernelfuncs_free(struct kernelfuncs *f)
{
	free(f->list.at);
	arena_free(&f->names);
	*f = (struct kernelfuncs){ 0 };
}
