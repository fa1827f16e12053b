/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shown.h - how a session's records become text, or go out as they are.
 */
#ifndef RUN_SHOWN_H
#define RUN_SHOWN_H

#include "run/session.h"

/* The printer, with the session's names. ktap_printer_exit() ends it. */
void shown_init(struct session *s);

/* The reader of the module's rings, which feeds the printer. 0; or -1 and a sentence. */
int shown_start(struct session *s, struct buf *why);

#endif
