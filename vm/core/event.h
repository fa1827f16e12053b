/* SPDX-License-Identifier: GPL-2.0 */
/*
 * event.h - what a handler sees of its event and of the moment: fields, text,
 * context variables. Any context.
 */
#ifndef KP_EVENT_H
#define KP_EVENT_H

#include "vm.h"

/* The event's bytes as record.h has them behind struct ktap_evtext. */
u32 kp_event_text_len(struct kp_event *ev);	/* with struct ktap_evtext */
void kp_event_text_write(struct kp_event *ev, void *out);

/* Makes the event's text in `s`, which has room for it. */
void kp_event_text_fill(struct kp_event *ev, struct kp_str *s);

/* A field as a value; nil if the event has none. False: failed, ctx->err is set. */
bool kp_event_field(struct kp_ctx *ctx, const struct ktap_field *f, struct kp_value *out);

/* A member of the event object by name: e.name, e.retval …; nil if unknown. */
bool kp_event_member(struct kp_ctx *ctx, const struct kp_value *name, struct kp_value *out);

/* A positional field, from 0; nil past the end or outside an event. */
bool kp_event_arg(struct kp_ctx *ctx, s64 n, struct kp_value *out);

bool kp_ctxvar(struct kp_ctx *ctx, u32 var, struct kp_value *out);

#endif
