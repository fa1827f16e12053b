/* SPDX-License-Identifier: GPL-2.0 */
/*
 * limits.h - every number on which the compiler, the loader and the kernel
 * module must agree. Sizes are in bytes, counts in items, unless said.
 */
#ifndef KTAP_LIMITS_H
#define KTAP_LIMITS_H

/* The program image. */
#define KTAP_MAX_IMAGE		(4u << 20)	/* a whole image */
#define KTAP_MAX_FUNCS		4096u		/* functions in an image */
#define KTAP_MAX_CODE		65535u		/* instruction words in one function */
#define KTAP_MAX_CONSTS		65535u		/* constants of one function */
#define KTAP_MAX_GLOBALS	4096u		/* shared variables of a program */
#define KTAP_MAX_SPECS		16384u		/* event specifications */
#define KTAP_MAX_FREFS		256u		/* distinct event fields named */

/* A function. */
#define KTAP_MAX_REGS		250u		/* registers of one frame */
#define KTAP_MAX_PARAMS		100u
#define KTAP_MAX_UPVALS		200u

/* An invocation. */
#define KTAP_MAX_FRAMES		120u		/* nested script calls in a handler */
#define KTAP_STACK_REGS		1024u		/* registers of all frames together */
#define KTAP_MAIN_FRAMES	1000u		/* the same in process context */
#define KTAP_MAIN_REGS		16384u
#define KTAP_ARENA_BYTES	(32u << 10)	/* temporaries of a handler */
#define KTAP_MAIN_ARENA_BYTES	(512u << 10)	/* temporaries in process context */
#define KTAP_DEF_STEPS		1000000u	/* loop turns and calls of a handler */
#define KTAP_DEF_TIME_NS	20000000u	/* time of one handler, 20 ms */

/* Values. */
#define KTAP_DEF_STRING		4096u		/* longest string by default */
#define KTAP_MAX_STRING		8000u		/* the most that the limit can be set to */
#define KTAP_MAX_TUPLE		16u		/* parts of a composite key */
#define KTAP_MAX_PRINT_ARGS	64u
#define KTAP_MAX_STACK		127u		/* frames of a stack, and how many by default */

/* A session. */
#define KTAP_DEF_MEM		(256ull << 20)	/* tables and strings of a session */
#define KTAP_MIN_MEM		(256ull << 10)
#define KTAP_DEF_RING		(1u << 20)	/* relay buffer of one CPU */
#define KTAP_MIN_RING		(16u << 10)
#define KTAP_MAX_RING		(64u << 20)
#define KTAP_MAX_RECORD		(16u << 10)	/* one record, header included */
#define KTAP_MAX_UNWIND		(64u << 20)	/* rows that tell how to find callers, all of them */
#define KTAP_MAX_UNWIND_FILES	8192u		/* files that have such rows, or that wait for them */
#define KTAP_MAX_PIDS		4096u		/* processes to trace that are given */
#define KTAP_MAX_PROBES		65535u		/* concrete events of a session */
#define KTAP_MAX_ARGS		64u		/* positional arguments of an event */
#define KTAP_MAX_FETCH		1024u		/* fetch operations of an event */
#define KTAP_FETCH_RECORD	2048u		/* bytes of the text of an event that fetches */
#define KTAP_MIN_TICK_NS	100000u		/* shortest period of a tick or profile */
#define KTAP_MAX_TICK_NS	(1000000000ull * 86400 * 366)
#define KTAP_NAME_LEN		128u		/* event and probe names, with NUL */

#endif
