/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ledger_json.h - the account as one JSON object; doc/json.md tells its members.
 */
#ifndef RUN_LEDGER_JSON_H
#define RUN_LEDGER_JSON_H

#include "output/ledger.h"
#include "output/print.h"

/* Of a ledger that was checked. `p` has printed what there was. */
void ledger_json(const struct ledger *l, const struct ktap_printer *p, struct buf *out);

#endif
