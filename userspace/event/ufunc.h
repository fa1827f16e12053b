/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ufunc.h - functions of programs and libraries:
 *
 *   probe:/usr/bin/app:main   probe:libc:malloc   probe:libc:mem*   probe:libc:malloc%return
 *   probe:/usr/bin/app:main+4   probe:/usr/bin/app:0x1149   probe:libc:memcpy@GLIBC_2.14
 *
 * each perhaps with arguments (fetcharg.h) behind it.
 */
#ifndef EVENT_UFUNC_H
#define EVENT_UFUNC_H

#include "event/source.h"

extern const struct event_source ufunc_source;

#endif
