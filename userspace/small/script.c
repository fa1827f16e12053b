// SPDX-License-Identifier: GPL-2.0
/* script.c - without the compiler: only images run. */
#include "lib/script.h"

int script_compile(const struct ktap_source *source, const char *text, size_t len,
		   struct event_catalog *catalog, struct ktap_diag *diag, struct buf *out)
{
	(void)text, (void)len, (void)catalog, (void)out;
	diag_error(diag, 0, "%s is no program image, and ktap-run has no compiler: write the image where "
		   "ktap is, by ktap --emit tool.kpc tool.kp", source->name);
	return -1;
}
