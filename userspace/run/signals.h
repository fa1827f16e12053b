/* SPDX-License-Identifier: GPL-2.0 */
/*
 * signals.h - Ctrl-C and SIGTERM end tracing; a second one ends the program. A
 * signal that is watched is noted, and reported by signals_wait().
 *
 * They are blocked but where the main thread waits for something to happen:
 * threads started meanwhile never see them.
 */
#ifndef RUN_SIGNALS_H
#define RUN_SIGNALS_H

#include <poll.h>
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

/* Has this signal, one of those that a script may trace, noted from now on. */
void signals_watch(int signal);

#define SIGNALS_LATE	(-1)

/*
 * Waits: the number of a watched signal that came; 0: it is to end, or one of the `n`
 * descriptors has what it is polled for; SIGNALS_LATE: nothing came for `wait_ms`, -1:
 * however long.
 */
int signals_wait(struct pollfd *fds, unsigned int n, int wait_ms);

/* In a child that is to become another program. */
void signals_restore(void);

#endif
