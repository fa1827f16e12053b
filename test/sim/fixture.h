/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fixture.h - a session on the userspace host for unit tests, and values to use.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "../../vm/sim/sim.h"
#include "../tool/tap.h"

struct fixture {
	struct kp_prog prog;	/* empty: the tests call the core themselves */
	struct kp_sim sim;
	void *made[64];		/* strings and tuples, freed at the end */
	u32 nmade;
};

void fixture_init(struct fixture *f, u64 mem_limit);
void fixture_exit(struct fixture *f);

/* A temporary string or tuple, as a register of a handler would hold it. */
struct kp_value fixture_str(struct fixture *f, const char *text);
struct kp_value fixture_tuple(struct fixture *f, const struct kp_value *v, u32 n);

/* t[key] = text */
void fixture_set_str(struct fixture *f, struct kp_tab *t, struct kp_value key, const char *text);

#endif
