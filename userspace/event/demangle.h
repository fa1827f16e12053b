/* SPDX-License-Identifier: GPL-2.0 */
/*
 * demangle.h - names that compilers of C++ and Rust made, as people write them.
 */
#ifndef EVENT_DEMANGLE_H
#define EVENT_DEMANGLE_H

#include "util/buf.h"

/* "_ZN3foo3barEi" → "foo::bar"; any other name as it is. */
void demangle_text(const char *name, struct buf *out);

#endif
