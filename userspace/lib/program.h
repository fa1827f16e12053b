/* SPDX-License-Identifier: GPL-2.0 */
/* program.h - what the files of the library know of a program. */
#ifndef LIB_PROGRAM_H
#define LIB_PROGRAM_H

#include "event/catalog.h"
#include "util/buf.h"

struct ktap_program {
	struct buf bytes;	/* the image */
	struct event_catalog *catalog;	/* what the compiler has read of this machine */
};

#endif
