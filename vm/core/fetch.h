/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fetch.h - running the fetches of an event (ktap/fetch.h). Any context.
 */
#ifndef KP_FETCH_H
#define KP_FETCH_H

#include "vm.h"

/* Whether `n` operations are a fetch that ends in what `type` says. Whether the
 * host has such a register or argument is the host's matter. */
bool kp_fetch_check(const struct ktap_fetch *op, u32 n, u32 type);

/* The field's value, nil after a fault. False: failed, ctx->err is set. */
bool kp_fetch_value(struct kp_ctx *ctx, const struct ktap_field *f, struct kp_value *out);

/* Whether it ends in a number and reads no memory but the event's; and that number. */
bool kp_fetch_is_quick(const struct ktap_fetch *op, u32 n);
bool kp_fetch_number(struct kp_event *ev, const struct ktap_field *f, s64 *out);

/* Fetches all positional arguments into `record` (`fetched` of ktap/record.h), which
 * has room for KTAP_FETCH_RECORD bytes; returns how many there are. */
u32 kp_fetch_record(struct kp_ctx *ctx, struct kp_event *ev, u8 *record);

#endif
