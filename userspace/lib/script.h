/* SPDX-License-Identifier: GPL-2.0 */
/*
 * script.h - a script's text → the bytes of its image. A capability: script.c has it,
 * by the compiler; what is linked without one has small/script.c, which says so.
 */
#ifndef LIB_SCRIPT_H
#define LIB_SCRIPT_H

#include "event/catalog.h"
#include "lib/libktap.h"

/*
 * 0, and the image is added to `out`; or -1, and it was said why. What was read of this
 * machine to check its events stays in the catalogue.
 */
int script_compile(const struct ktap_source *source, const char *text, size_t len,
		   struct event_catalog *catalog, struct ktap_diag *diag, struct buf *out);

#endif
