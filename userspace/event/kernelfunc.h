/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernelfunc.h - the kernel's functions of one name, by asking ktap's module: the kernel
 * takes a fifth of a second to print all its symbols, and no time to find one.
 */
#ifndef EVENT_KERNELFUNC_H
#define EVENT_KERNELFUNC_H

#include "event/ksyms.h"

struct kernelfuncs {
	LIST(struct ksym) list;		/* by address; of type T */
	struct buf modules;		/* /proc/modules, where their modules' names are */
};

/*
 * All of that name. False: the module is not there or may not tell, KTAP_KALLSYMS names another
 * kernel's symbols, or there is none; the list is empty then. `name` has to outlive it.
 */
bool kernelfuncs_find(struct kernelfuncs *f, const char *name);
void kernelfuncs_free(struct kernelfuncs *f);

#endif
