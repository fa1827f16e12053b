/* SPDX-License-Identifier: GPL-2.0 */
/*
 * record.h - the output stream: what handlers write and the reader decodes.
 * Host byte order (the reader runs on the machine, or is told its order).
 *
 * Each CPU has a ring: a control page, then 2^n bytes of records, mapped by the
 * reader. A record never wraps: the space before the end is filled by PAD.
 *
 *   record := struct ktap_rec payload          len a multiple of 8
 *   value  := struct ktap_val bytes            bytes padded with NUL to 8
 *
 * Positions count bytes since the session began and are masked to index the
 * ring. `head` is written by the module after the records before it are whole;
 * `tail` by the reader when it has taken them. The module never reads a record
 * back and takes `tail` as a hint that only the reader can be hurt by.
 */
#ifndef KTAP_RECORD_H
#define KTAP_RECORD_H

#include "abi_types.h"
#include "types.def.h"

/*
 * Kinds of record. _(NAME, payload)
 * "u32 a, b" are 32-bit fields in this order; the payload is padded to 8 bytes.
 */
#define KTAP_RECORDS(_) \
	_(PAD,		"filler up to the end of the ring") \
	_(LOST,		"u64 number of records dropped here, just before the next one") \
	_(PRINT,	"value*") \
	_(PRINTF,	"value (format) value*") \
	_(HIST_BEGIN,	"u64 chart id, u64 rows to show (0: default), u64 unit (enum ktap_unit)") \
	_(HIST_ROW,	"u64 chart id, value (key; of an aggregate perhaps nil: none), value (number or aggregate)") \
	_(HIST_END,	"u64 chart id, u64 rows left out, u64 0") \
	_(ERROR,	"struct ktap_rec_error value*") \
	_(EXIT,		"u64 exit code") \
	_(TIME,		"value: strftime's format of the record's time by the wall clock; nil: seconds since boot") \
	_(THROTTLE,	"struct ktap_rec_throttle")

enum ktap_rec_kind {
#define _(name, payload) KTAP_REC_##name,
	KTAP_RECORDS(_)
#undef _
	KTAP_REC__MAX
};

struct ktap_rec {
	__u32 len;		/* bytes, header included, a multiple of 8 */
	__u16 kind;		/* enum ktap_rec_kind */
	__u16 probe;		/* id of the probe, KTAP_PROBE_NONE outside handlers */
	__u64 time_ns;		/* monotonic, never less than that of the record before */
};

#define KTAP_PROBE_NONE		0xffffu

/*
 * A value. `tag` is enum ktap_type.
 *   NIL TRUE FALSE  len 0;  INT ADDR BUILTIN  len 8, a signed integer
 *   STR       the bytes
 *   EVTEXT    struct ktap_evtext, then the event's bytes
 *   TUPLE     values, one after the other
 *   TABLE     values: key, value, key, value ..; aux = 1: cut short
 *   FUNC      len 8, the function's index
 *   STACK     struct ktap_stack, then as many 64-bit addresses as there are frames
 *   UADDR     struct ktap_stack, then the address, which is the process's
 *   AGG       struct ktap_agg_rec, its buckets (agg.h); in a table no buckets;
 *             aux = 1: some left out
 * A string or table that was too long is cut: aux = 1.
 */
struct ktap_val {
	__u8 tag;
	__u8 aux;
	__u16 reserved;
	__u32 len;		/* bytes that follow, before padding */
};

/*
 * The bytes of an event for its text. For SYS_ENTER seven 64-bit words (number,
 * arguments), for SYS_EXIT two (number, result), for TRACEPOINT the record. For an
 * event whose arguments are fetched:
 *
 *   fetched := u64 have            bit n: argument n could be fetched
 *              u64 word[nargs]     a number; of a string or bytes, where they are:
 *                                  length << 16 | offset from `have`
 *              byte*               at most KTAP_FETCH_RECORD bytes in all
 */
struct ktap_evtext {
	__u32 probe;
	__u32 reserved;
};

/*
 * Whose addresses those of a stack are. The first is where the event fired: of a
 * function its beginning or the probed place, else the address to which the event's
 * source returns. Those behind it are return addresses.
 */
struct ktap_stack {
	__u32 pid;		/* of a process, as the tracer sees it; the kernel's: 0 */
	__u8 user;		/* 1: a process's, 0: the kernel's */
	__u8 end;		/* enum ktap_stack_end: why it ends with its last frame */
	__u16 reserved;
	__u64 space;		/* number of the process's address space (KTAP_IOC_MAPS) */
};

/* _(NAME, why no frame is behind the last; of WHOLE there is none, or the depth was reached) */
#define KTAP_STACK_ENDS(_) \
	_(WHOLE,	"") \
	_(BARE,		"no frame pointers or .eh_frame here") \
	_(UNREAD,	".eh_frame not read yet")

enum ktap_stack_end {
#define _(name, text) KTAP_STACK_##name,
	KTAP_STACK_ENDS(_)
#undef _
	KTAP_STACK__MAX
};

/*
 * A runtime error. Arguments of the message follow as values. A place (function
 * and pc) is reported when it fails for the first time; its later failures are
 * counted and told by KTAP_IOC_ERRORS.
 */
struct ktap_rec_error {
	__u32 code;		/* enum ktap_error */
	__u32 nframes;		/* innermost first; at most KTAP_ERROR_FRAMES are kept */
	struct {
		__u32 func;	/* function index in the image */
		__u32 pc;
	} frame[8];
};

#define KTAP_ERROR_FRAMES	8

/* Handlers take more of a CPU than they may, or do not any more: there the rate changes. */
struct ktap_rec_throttle {
	__u32 cpu;
	__u32 percent;		/* that they may take */
	__u32 was;		/* one of so many events was handled .. */
	__u32 every;		/* .. and one of so many is from here on; 1: all of them */
};

/* The first page of a ring. */
struct ktap_ring_page {
	__u64 head;		/* module: bytes published */
	__u64 tail;		/* reader: bytes consumed */
	__u32 busy;		/* module: writers at work on this CPU now */
	__u32 size;		/* module: bytes of the ring, a power of two */
};

_Static_assert(sizeof(struct ktap_rec) == 16, "struct ktap_rec");
_Static_assert(sizeof(struct ktap_stack) == 16, "struct ktap_stack");
_Static_assert(sizeof(struct ktap_val) == 8, "struct ktap_val");
_Static_assert(sizeof(struct ktap_rec_error) == 72, "struct ktap_rec_error");
_Static_assert(sizeof(struct ktap_rec_throttle) == 16, "struct ktap_rec_throttle");

#endif
