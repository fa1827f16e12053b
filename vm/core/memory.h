/* SPDX-License-Identifier: GPL-2.0 */
/*
 * memory.h - the kernel's and the task's memory by address, read so that a fault
 * is an answer. Any context.
 */
#ifndef KP_MEMORY_H
#define KP_MEMORY_H

#include "vm.h"

/* The integer types, KTAP_FT_U8 .. KTAP_FT_S64, are in order of size, then of sign. */
static inline bool kp_is_int_type(u32 type)
{
	return type <= KTAP_FT_S64;
}

static inline u32 kp_int_size(u32 type)
{
	return 1u << (type & 3);
}

/* A number of such a type at p, in the machine's byte order. */
static inline s64 kp_int_load(u32 type, const void *p)
{
	union { u8 u8; u16 u16; u32 u32; s64 s64; s8 s8; s16 s16; s32 s32; } v;

	switch (type) {
	case KTAP_FT_U8: memcpy(&v, p, 1); return v.u8;
	case KTAP_FT_S8: memcpy(&v, p, 1); return v.s8;
	case KTAP_FT_U16: memcpy(&v, p, 2); return v.u16;
	case KTAP_FT_S16: memcpy(&v, p, 2); return v.s16;
	case KTAP_FT_U32: memcpy(&v, p, 4); return v.u32;
	case KTAP_FT_S32: memcpy(&v, p, 4); return v.s32;
	default: memcpy(&v, p, 8); return v.s64;
	}
}

/* Its low bytes, and their sign. */
static inline s64 kp_int_cut(u32 type, u64 w)
{
	u32 unused = 64 - 8 * kp_int_size(type);

	w <<= unused;
	return type >= KTAP_FT_S8 ? (s64)w >> unused : (s64)(w >> unused);
}

/* A number of such a type that is the first bytes of *raw. */
static inline s64 kp_int_first(u32 type, u64 raw)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return kp_int_cut(type, raw);
#else
	return kp_int_cut(type, raw >> (64 - 8 * kp_int_size(type)));
#endif
}

/* Reads up to a NUL (text) or all `max` bytes. The length, or -1: a fault. */
int kp_read_bytes(char *to, u64 addr, u32 max, bool user, bool text);

/* The same as a temporary string. A fault is nil, and counted. False: failed. */
bool kp_read_string(struct kp_ctx *ctx, u64 addr, u32 max, bool user, bool text,
		    struct kp_value *out);

/* A string ends at `at` for want of room: counts it if it really goes on there. */
void kp_note_cut(struct kp_ctx *ctx, u64 at, bool user);

/* Nil for what could not be read; counts it. */
bool kp_fault(struct kp_ctx *ctx, struct kp_value *out);
void kp_count_fault(struct kp_ctx *ctx);

/* A string was cut to the limit. */
void kp_count_cut(struct kp_ctx *ctx);

/* The length of a string of at most n bytes at p. */
u32 kp_text_len(const char *p, u32 n);

#endif
