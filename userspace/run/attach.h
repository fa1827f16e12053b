/* SPDX-License-Identifier: GPL-2.0 */
/*
 * attach.h - a trace statement that the main chunk stands at: its text becomes
 * concrete events, which are attached.
 */
#ifndef RUN_ATTACH_H
#define RUN_ATTACH_H

#include "run/session.h"

/* Once per session: what the program asks of events. */
void attach_prepare(struct session *s);
void attach_finish(struct session *s);

/* What the statement does not know yet and modules brought; it was said what fails. */
void attach_later(struct session *s, struct later_statement *st);

/* 0; or -1, and it was said why: then nothing of this statement is traced. */
int attach_statement(struct session *s, const struct ktap_ioc_run *at, const char *text);

#endif
