/* SPDX-License-Identifier: GPL-2.0 */
/*
 * formatfile.h - the text of a format file → its fields.
 *
 *   ID: 316
 *   format:
 *   	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
 *
 *   	field:char prev_comm[16];	offset:8;	size:16;	signed:0;
 *   	field:__data_loc char[] filename;	offset:24;	size:4;	signed:0;
 *
 *   print fmt: "..."
 *
 * The fields before the empty line are common to all events.
 */
#ifndef EVENT_FORMATFILE_H
#define EVENT_FORMATFILE_H

#include <stdbool.h>
#include <stddef.h>
#include "event/format.h"
#include "util/arena.h"

/*
 * Fills in all but the names of the event; texts and fields are the arena's. False:
 * it is not understood.
 */
bool formatfile_read(struct format *format, struct arena *arena, const char *text, size_t len);

#endif
