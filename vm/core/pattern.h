/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pattern.h - Lua's patterns. Any context: choices to come back to are kept in
 * temporary memory, so nothing recurses, and every step is spent for.
 */
#ifndef KP_PATTERN_H
#define KP_PATTERN_H

#include "vm.h"

#define KP_MAX_CAPTURES	32
#define KP_MAX_CHOICES	200	/* as deep as Lua recurses */

enum kp_capture { KP_CAPTURE_OPEN = -1, KP_CAPTURE_POSITION = -2 };

struct kp_choice;

/* Offsets into subject and pattern. The strings may not move while one is used. */
struct kp_match {
	struct kp_ctx *ctx;
	const u8 *src, *pat;
	u32 nsrc, npat;
	u32 s, p;		/* where we are; after a match, s is its end */
	u32 first;		/* where the pattern begins, behind an anchor */
	u32 nchoice;
	u32 ncapture;
	bool broken;		/* ctx->err is set */
	struct kp_choice *choice;
	struct {
		u32 at;
		s32 len;	/* or enum kp_capture */
	} capture[KP_MAX_CAPTURES];
};

/* Reserves what matching needs: temporaries in registers may move. False: failed. */
bool kp_match_reserve(struct kp_ctx *ctx);

void kp_match_init(struct kp_match *m, struct kp_ctx *ctx, const struct kp_str *src,
		   const struct kp_str *pat);

/* The first match that begins at *at or later, or there if anchored; *at is its start. */
bool kp_match_from(struct kp_match *m, u32 *at);

/* Whether the pattern is plain text, and where it stands from `at` on; ~0: nowhere. */
bool kp_match_is_plain(const struct kp_str *pat);
u32 kp_match_plain(struct kp_match *m, u32 at);

#endif
