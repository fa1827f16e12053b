/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fetcharg.h - the arguments of a probe as the kernel's own probes are given them:
 *
 *   arg     := [NAME '='] value [':' type]
 *   value   := %REG | $argN | $stack | $stackN | $retval | $comm | @ADDR | @SYM[+|-OFFS]
 *            | \IMM | (+|-)[u]OFFS '(' value ')'
 *   type    := (u|s|x)(8|16|32|64) | char | symbol | string | ustring
 *            | b<bits>@<from>/<size> | type '[' N ']'
 *
 * Without a type a value is shown in hexadecimal. In a program or library all memory
 * is the task's, and '@' takes an address only.
 */
#ifndef EVENT_FETCHARG_H
#define EVENT_FETCHARG_H

#include "event/making.h"

/*
 * Reads all arguments in `text` from byte `from` on and adds each to the event as a
 * positional one. `k` NULL: of a program or library. 0; or -1 and a sentence that tells
 * the column in `text`.
 */
int fetchargs_parse(const char *text, size_t from, bool is_return, struct ksyms *k,
		    struct making *m, struct buf *why);

#endif
