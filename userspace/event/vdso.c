// SPDX-License-Identifier: GPL-2.0
#include "event/vdso.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "event/elf.h"
#include "util/buf.h"

/* Bytes from its start, as /proc/self/maps says. */
static size_t vdso_size(unsigned long start)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long first, end, size = 0;
	size_t room = 0;
	char *line = NULL;

	while (maps && !size && getline(&line, &room, maps) > 0)
		if (sscanf(line, "%lx-%lx", &first, &end) == 2 && first == start)
			size = end - start;
	free(line);
	if (maps)
		fclose(maps);
	return size;
}

/* The descriptor of a copy in memory, or -1. */
static int vdso_copy(void)
{
	unsigned long start = getauxval(AT_SYSINFO_EHDR);
	size_t size = start ? vdso_size(start) : 0;
	int fd = size ? memfd_create("vdso", MFD_CLOEXEC) : -1;

	if (fd >= 0 && write(fd, (const void *)start, size) != (ssize_t)size) {
		close(fd);
		return -1;
	}
	return fd;
}

struct elf *vdso_open(void)
{
	struct buf why = { 0 };
	struct elf *elf = NULL;
	char path[40];
	int fd = vdso_copy();

	if (fd < 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	elf = elf_open(path, &why);
	buf_free(&why);
	close(fd);
	return elf;
}
