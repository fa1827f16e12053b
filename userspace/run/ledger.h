/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ledger.h - the account at the end of a session: whatever was lost is printed,
 * and the books are checked: fired = run + skipped, emitted = delivered + dropped,
 * delivered = printed.
 */
#ifndef RUN_LEDGER_H
#define RUN_LEDGER_H

#include "run/session.h"

/* After everything was printed. Sets s->lost. */
void ledger_print(struct session *s);

#endif
