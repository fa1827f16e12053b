/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ledger_text.h - the account as people read it, on standard error: what is not zero.
 */
#ifndef RUN_LEDGER_TEXT_H
#define RUN_LEDGER_TEXT_H

#include "output/ledger.h"
#include "run/session.h"

/* Of a ledger that was checked. */
void ledger_text(struct session *s, const struct ledger *l);

#endif
