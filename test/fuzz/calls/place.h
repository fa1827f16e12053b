/* SPDX-License-Identifier: GPL-2.0 */
/*
 * place.h - memory that is handed to calls: good, absent, at the end of its page, or
 * taken away by another thread while the kernel looks at it.
 */
#ifndef KTAP_FUZZ_PLACE_H
#define KTAP_FUZZ_PLACE_H

#include <stddef.h>

#include "../random.h"

/* Once for each thread. */
void places_init(void);

/* Where `size` bytes of `from` lie now, or do not. Valid until the next call. */
void *place(struct dice *d, const void *from, size_t size);

/* Takes a page of some thread away for a moment. */
void place_vanish(struct dice *d);

#endif
