/* SPDX-License-Identifier: GPL-2.0 */
/*
 * life.h - bodies that run in process context beside the main chunk: begin, when
 * it is over; ticks, signals and the command's end, in a thread of the session.
 * They use the context of the main chunk (session.main), one at a time:
 *
 *   RUN MAIN ends → begin bodies, in the same call → ticks and what TELL tells,
 *   until STOP, END or close → trace_end functions
 */
#ifndef KP_LIFE_H
#define KP_LIFE_H

#include <linux/completion.h>
#include <linux/types.h>
#include <linux/wait.h>

struct kp_session;
struct task_struct;

struct kp_ticks {
	struct task_struct *thread;	/* NULL: nothing was attached that needs it */
	struct completion over;		/* the thread runs no body any more */
	wait_queue_head_t idle;		/* who waits until all that was told has run */
	bool go;			/* the main chunk is over */
	bool closing;			/* no further body is to begin */
	bool hurry;			/* the one at work is to end */
};

/*
 * Process context, inside RUN and its read side of SRCU. False: a body was
 * interrupted or called exit(), and no more are run.
 */
bool kp_begin_run(struct kp_session *s);

/* Under the session's lock: notes the event for the thread; how many handlers it has. */
u32 kp_life_tell(struct kp_session *s, u32 kind, s32 nr);

/* Until all that was told has run, or nothing will run any more. -EINTR: a signal came. */
int kp_life_wait(struct kp_session *s);

/* Under the session's lock. Ticks fire from here on. */
void kp_ticks_start(struct kp_session *s);

/*
 * Under the session's lock, or when the session is nobody else's. A body at work
 * has `grace_ms` to come to its end, and is interrupted then. When this returns,
 * none is at work and none will be.
 */
void kp_ticks_stop(struct kp_session *s, unsigned int grace_ms);

/* Whether the caller is the ticks' thread, and is to come to its end. */
bool kp_tick_is_here(const struct kp_session *s);
bool kp_tick_is_late(const struct kp_session *s);

#endif
