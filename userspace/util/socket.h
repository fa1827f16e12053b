/* SPDX-License-Identifier: GPL-2.0 */
/*
 * socket.h - a stream to somebody who listens: "tcp:192.168.0.2:5555", "tcp:[::1]:5555",
 * "unix:/run/trace". Numbers only: nothing is asked of a name server.
 */
#ifndef KTAP_UTIL_SOCKET_H
#define KTAP_UTIL_SOCKET_H

#include <stdbool.h>
#include <stdio.h>
#include "buf.h"

/* Whether a text is meant for socket_open(). */
bool socket_is(const char *text);

/* The stream, to be written to; NULL and a sentence. */
FILE *socket_open(const char *text, struct buf *why);

#endif
