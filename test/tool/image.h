/* SPDX-License-Identifier: GPL-2.0 */
/*
 * image.h - a program put together by hand, so that the module can be tried
 * without the compiler: counts an event's firings in a shared variable and
 * prints it at the end.
 *
 *   function 0  trace SPEC 0 by function 1; trace_end function 2
 *   function 1  g0 += 1, and where asked for: print(arg0 of the event), ustack(), or an
 *               endless loop (STUCK); the main chunk's is LOOP
 *   function 2  print(g0)
 */
#ifndef KTAP_TEST_IMAGE_H
#define KTAP_TEST_IMAGE_H

#include <stddef.h>

enum image_what { IMAGE_COUNT, IMAGE_PRINT, IMAGE_LOOP, IMAGE_STUCK, IMAGE_STACK };

/* A malloc'ed image of *len bytes. */
void *image_make(enum image_what what, size_t *len);

#endif
