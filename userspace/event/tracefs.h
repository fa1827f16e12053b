/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tracefs.h - the kernel's catalogue of events, read only. Found at its usual
 * places, or at KTAP_TRACEFS, which may be a saved copy: a folder that has
 * events/SYSTEM/NAME/format.
 */
#ifndef EVENT_TRACEFS_H
#define EVENT_TRACEFS_H

#include <stdbool.h>
#include "event/names.h"
#include "util/buf.h"

struct tracefs {
	char *root;
	int events;		/* the folder of events */
};

/* 0; or -1 with a sentence in `why` that says what to mount. */
int tracefs_open(struct tracefs *t, struct buf *why);
void tracefs_close(struct tracefs *t);

bool tracefs_has_system(const struct tracefs *t, const char *system);
bool tracefs_has_event(const struct tracefs *t, const char *system, const char *name);

/* Adds the names of the folders; those that cannot be read have none. */
void tracefs_systems(const struct tracefs *t, struct names *out);
void tracefs_events(const struct tracefs *t, const char *system, struct names *out);

/* Adds the event's format file; 0 or -errno. */
int tracefs_format(const struct tracefs *t, const char *system, const char *name,
		   struct buf *out);

#endif
