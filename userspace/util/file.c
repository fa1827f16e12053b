// SPDX-License-Identifier: GPL-2.0
#include "file.h"

#include <fcntl.h>
#include <unistd.h>

#define CHUNK	(1u << 16)

bool file_read(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char bytes[CHUNK];
	ssize_t got = -1;

	while (fd >= 0 && (got = read(fd, bytes, sizeof(bytes))) > 0)
		buf_add(out, bytes, got);
	if (fd >= 0)
		close(fd);
	return !got;
}
