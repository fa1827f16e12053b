/* SPDX-License-Identifier: GPL-2.0 */
/*
 * account.h - a session's ledger is read; while it runs, to be watched, and at its end,
 * to be checked and told.
 */
#ifndef RUN_ACCOUNT_H
#define RUN_ACCOUNT_H

#include "run/session.h"

/* While tracing, now and then: a line if more was lost since the last. */
void account_watch(struct session *s);

/* After everything was printed. Sets s->lost and s->unbalanced. */
void account_tell(struct session *s);

#endif
