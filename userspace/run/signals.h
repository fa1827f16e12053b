/* SPDX-License-Identifier: GPL-2.0 */
/*
 * signals.h - Ctrl-C and SIGTERM end tracing; a second one ends the program.
 *
 * They are blocked but where the main thread waits for something to happen:
 * threads started meanwhile never see them.
 */
#ifndef RUN_SIGNALS_H
#define RUN_SIGNALS_H

#include <stdbool.h>

void signals_catch(void);
void signals_release(void);

bool signals_came(void);

/*
 * Around a call that a signal is to interrupt. One that came just before the call
 * is repeated by a timer until signals_shut().
 */
void signals_open(void);
void signals_shut(void);

/* Waits until a signal came or `fd` is readable. */
void signals_wait(int fd);

#endif
