/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernelfunc.h - the kernel's functions of a name or a pattern, by asking ktap's module: the kernel
 * takes a fifth of a second to print all its symbols, and as long for those that ftrace reaches.
 */
#ifndef EVENT_KERNELFUNC_H
#define EVENT_KERNELFUNC_H

#include "event/ksyms.h"
#include "util/arena.h"
#include "util/buf.h"

struct kernelfunc {
	struct ksym sym;	/* of type T */
	bool is_traced;		/* the function tracer reaches it */
	unsigned int nr;	/* as the kernel lists them */
};

struct kernelfuncs {
	LIST(struct kernelfunc) list;	/* by address; of one address as the kernel lists them */
	struct arena names;
};

/*
 * All of them. Nothing, if there is none, if the module is not there or may not tell, or if
 * KTAP_KALLSYMS names another kernel's symbols.
 */
struct kernelfuncs kernelfuncs_find(const char *name);
void kernelfuncs_free(struct kernelfuncs *f);

#endif
