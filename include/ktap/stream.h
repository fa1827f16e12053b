/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stream.h - a session's records on their way to another machine: what ktap-run --raw
 * writes and ktap --render reads. In the byte order of the machine that wrote it.
 *
 *   stream := struct ktap_stream chunk*           the last chunk is END, or it was cut off
 *   chunk  := struct ktap_chunk bytes             padded with NUL to 8
 *
 * What a chunk needs comes before it: a probe before its records, the format of an
 * event and the kernel's symbols before the first record whose text needs them.
 */
#ifndef KTAP_STREAM_H
#define KTAP_STREAM_H

#include "abi_types.h"

#define KTAP_STREAM_MAGIC	0x5352504154413a01ull	/* also tells the byte order */
#define KTAP_STREAM_VERSION	1u
#define KTAP_STREAM_MAX_CHUNK	(64u << 20)

struct ktap_stream {
	__u64 magic;
	__u32 version;
	__u32 long_size;	/* of the machine */
	__s64 wall_ns;		/* the wall clock's lead over the records' clock */
};

/* Kinds of chunk. _(NAME, payload) */
#define KTAP_CHUNKS(_) \
	_(DEVICE,	"lines of \"key: value\", as in a description") \
	_(IMAGE,	"the program image") \
	_(PROBE,	"struct ktap_event, its pointers 0; name NUL of its file; struct ktap_stream_param name NUL type NUL, for each parameter") \
	_(FORMAT,	"system NUL name NUL; the event's format file") \
	_(SYMBOLS,	"the kernel's symbols, as in /proc/kallsyms") \
	_(RECORDS,	"struct ktap_stream_records; records of one CPU (record.h)") \
	_(DAMAGE,	"struct ktap_stream_records; a sentence about records that could not be read") \
	_(END,		"struct ktap_stream_end")

enum ktap_chunk_kind {
#define _(name, payload) KTAP_CHUNK_##name,
	KTAP_CHUNKS(_)
#undef _
	KTAP_CHUNK__MAX
};

/* A reader passes over kinds that it does not know. */
struct ktap_chunk {
	__u32 kind;		/* enum ktap_chunk_kind */
	__u32 len;		/* bytes that follow, before padding */
};

struct ktap_stream_param {
	__u8 style;		/* enum param_style of the tools of this version */
	__u8 type;		/* enum ktap_field_type */
	__u16 reserved;
	__u32 count;		/* elements of an array, 0: it is none */
};

struct ktap_stream_records {
	__s32 cpu;
	__u32 reserved;
};

struct ktap_stream_end {
	__u64 records;		/* in the stream, LOST left out, those of DAMAGE included */
	__u64 events_lost;	/* skipped or missed, by the account of the session */
	__u64 records_lost;
	__u64 updates_lost;	/* of tables */
};

#endif
