/* SPDX-License-Identifier: GPL-2.0 */
/*
 * build.h - a temporary string that is written piece by piece. Any context.
 *
 *   kp_build_begin → kp_build_add .. → kp_build_end
 *
 * Beginning reserves room for the longest string, so temporaries in registers may
 * move then; between begin and end nothing else may take temporary memory.
 */
#ifndef KP_BUILD_H
#define KP_BUILD_H

#include "vm.h"

struct kp_build {
	struct kp_ctx *ctx;
	char *data;
	u64 len;		/* asked for; beyond room it is counted only */
	u32 room;
};

/* False: failed. */
bool kp_build_begin(struct kp_ctx *ctx, struct kp_build *b);

void kp_build_add(struct kp_build *b, const void *bytes, size_t len);
void kp_build_fill(struct kp_build *b, char c, size_t n);
void kp_build_text(struct kp_build *b, const char *text);

/*
 * A value as print shows it, but for the order of a table's entries, which is that
 * of insertion. False: it is the event's text, which only the reader can tell.
 */
bool kp_build_value(struct kp_build *b, const struct kp_value *v);

/* False: failed, the string is over the session's limit. */
bool kp_build_end(struct kp_build *b, struct kp_value *out);

#endif
