// SPDX-License-Identifier: GPL-2.0
#include "filesystem.h"

#include <string.h>

#include "file.h"
#include "text.h"

/* A line is "nodev", or nothing, a tab, and the name. */
bool filesystem_is_known(const char *name)
{
	struct buf list = { 0 }, line = { 0 };
	bool known = !file_read("/proc/filesystems", &list);

	buf_printf(&line, "\t%s\n", name);
	if (!known)
		known = strstr(text_cstr(&list), text_cstr(&line));
	buf_free(&list);
	buf_free(&line);
	return known;
}
