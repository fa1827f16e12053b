/* SPDX-License-Identifier: GPL-2.0 */
/*
 * action.h - what one thread may do next with a session that all threads of the process
 * share. Nothing is right or wrong: the kernel judges.
 */
#ifndef KTAP_FUZZ_ACTION_H
#define KTAP_FUZZ_ACTION_H

#include <stddef.h>

#include "../random.h"

/* _(name, how often among a hundred or so) */
#define ACTIONS(_) \
	_(open, 6) _(close, 3) _(load, 8) _(run, 10) _(attach, 10) _(go, 12) _(stop, 3) _(tell, 3) \
	_(stats, 3) _(probes, 3) _(errors, 2) _(maps, 3) _(functions, 2) _(symbol, 2) _(info, 1) _(odd_call, 4) \
	_(map_ring, 5) _(unmap_ring, 2) _(scribble, 3) _(drain, 4) _(poll, 3) _(epoll, 1) _(file, 3) \
	_(send, 1) _(fork, 1) _(vanish, 3) _(signal, 2) _(happen, 12)

enum action {
#define _(name, weight) ACT_##name,
	ACTIONS(_)
#undef _
	ACT__MAX
};

extern const char *const action_name[ACT__MAX];

/* Of all processes. */
struct tally { unsigned long done[ACT__MAX], went[ACT__MAX]; };

/* Before any process is made. */
void actions_init(struct tally *tally, char **image_paths, int n);

/* One, at random. */
void act(struct dice *d);

#endif
