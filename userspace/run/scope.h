/* SPDX-License-Identifier: GPL-2.0 */
/*
 * scope.h - what is traced: processes, processors, a cgroup.
 */
#ifndef RUN_SCOPE_H
#define RUN_SCOPE_H

#include <stdbool.h>
#include <stdint.h>
#include <ktap/ioctl.h>
#include "util/buf.h"

/* All zeros: everything. The lists are the caller's. */
struct scope {
	const uint32_t *pids;
	unsigned int npids;
	bool follow;		/* and the processes that these create */
	const uint32_t *cpus;
	unsigned int ncpus;
	const char *cgroup;	/* a folder, or its path below where cgroups are mounted; NULL: any */
};

/* What the module is given; it holds memory and an open folder until scope_release(). */
struct scope_args {
	uint8_t *cpus;
	int cgroup;
};

/* 0, and `load` has the scope; or -1 and a sentence. `limit`: processors that there may be. */
int scope_apply(const struct scope *scope, uint32_t limit, struct scope_args *args,
		struct ktap_ioc_load *load, struct buf *why);
void scope_release(struct scope_args *args);

#endif
