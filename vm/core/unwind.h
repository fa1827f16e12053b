/* SPDX-License-Identifier: GPL-2.0 */
/*
 * unwind.h - tables of rows that tell how a caller is found (ktap/unwind.h). What a
 * row says is only ever a guess about a process's memory: the walk checks each of
 * its steps. So a table is checked for shape alone.
 */
#ifndef KP_UNWIND_H
#define KP_UNWIND_H

#include "port.h"
#include <ktap/unwind.h>

/*
 * Ascending places, known rules with what belongs to them, and the last row ends
 * what is known. False: *bad is the first row that is not so; n: the last is missing.
 */
bool kp_unwind_check(const struct ktap_unwind_row *rows, u32 n, u32 *bad);

/* Any context. The row for a place of the file; NULL: none, or it tells nothing. */
const struct ktap_unwind_row *kp_unwind_row(const struct ktap_unwind_row *rows, u32 n, u64 at);

#endif
