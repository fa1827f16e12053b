/* SPDX-License-Identifier: GPL-2.0 */
/*
 * syscall.h - numbers of system calls on the machine that ktap was built for,
 * by the names that events have for them (sys_enter_newstat, not stat).
 */
#ifndef EVENT_SYSCALL_H
#define EVENT_SYSCALL_H

#include <stdbool.h>

/* What an event of the system "syscalls" is called: NULL if it is none. */
const char *syscall_entered(const char *event);	/* "sys_enter_X" → "X" */
const char *syscall_left(const char *event);	/* "sys_exit_X" → "X" */

/* The number of the call X, or -1. */
int syscall_number(const char *call);

#endif
