/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stretch.h - bytes of one ring, of which records are taken off in front.
 */
#ifndef RUN_STRETCH_H
#define RUN_STRETCH_H

#include <stddef.h>
#include <stdint.h>

struct stretch {
	const uint8_t *at, *end;
	uint64_t until_ns;	/* younger ones stay */
	uint64_t last_ns;	/* time of the last one taken */
	size_t count;		/* taken */
};

#endif
