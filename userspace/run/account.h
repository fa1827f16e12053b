/* SPDX-License-Identifier: GPL-2.0 */
/*
 * account.h - a session's end: the ledger is read, checked and told.
 */
#ifndef RUN_ACCOUNT_H
#define RUN_ACCOUNT_H

#include "run/session.h"

/* After everything was printed. Sets s->lost. */
void account_tell(struct session *s);

#endif
