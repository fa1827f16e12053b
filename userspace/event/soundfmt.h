// SPDX-License-Identifier: GPL-2.0
/*
 * soundfmt.h - what of a tracepoint's format file may be given to libtraceevent, which falls
 * over a last line that names a field (REC->NAME) the lines before do not have.
 */
#pragma once

#include <stddef.h>

/* Bytes from the beginning that are sound: all, or those before the last line. */
size_t format_sound(const char *file, size_t len);
