// SPDX-License-Identifier: GPL-2.0
#include "event/kernelfunc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <ktap/ioctl.h>

#include "util/arena.h"
#include "util/file.h"
#include "util/text.h"

#define ROOM	256u		/* addresses of one name */

/* False: not all of them are known. */
static bool add(struct kernelfuncs *f, int fd, const char *name, const char *module)
{
	uint64_t at[ROOM];
	struct ktap_ioc_functions io = { .size = sizeof(io), .count = ROOM, .name = (uintptr_t)name,
					 .module = (uintptr_t)module, .addresses = (uintptr_t)at };

	if (ioctl(fd, KTAP_IOC_FUNCTIONS, &io))
		return module && errno == ENOENT;	/* it has just gone */
	for (uint32_t i = 0; i < io.count && i < ROOM; i++)
		*list_push(&f->list) = (struct ksym){ .address = at[i], .name = name, .module = module, .type = 'T' };
	return io.count <= ROOM;
}

/* "NAME SIZE ..." a line: the name ends there. */
static bool add_modules(struct kernelfuncs *f, int fd, const char *name)
{
	char *line, *end;

	if (!file_read("/proc/modules", &f->modules) && errno != ENOENT)
		return false;
	buf_putc(&f->modules, 0);
	for (line = f->modules.data; *line && (end = strchr(line, '\n')); line = end + 1) {
		line[strcspn(line, " \n")] = 0;
		if (!add(f, fd, name, line))
			return false;
	}
	return true;
}

static int by_address(const void *pa, const void *pb)
{
	const struct ksym *a = pa, *b = pb;

	return (a->address > b->address) - (a->address < b->address);
}

bool kernelfuncs_find(struct kernelfuncs *f, const char *name)
{
	int fd = ksyms_are_given() ? -1 : open(KTAP_DEVICE, O_RDWR | O_CLOEXEC);
	bool all;

	*f = (struct kernelfuncs){ 0 };
	if (fd < 0)
		return false;
	all = add(f, fd, name, NULL) && add_modules(f, fd, name);
	close(fd);
	if (!all)
		kernelfuncs_free(f);
	if (f->list.n)
		qsort(f->list.at, f->list.n, sizeof(*f->list.at), by_address);
	return f->list.n;
}

void kernelfuncs_free(struct kernelfuncs *f)
{
	free(f->list.at);
	buf_free(&f->modules);
	*f = (struct kernelfuncs){ 0 };
}
