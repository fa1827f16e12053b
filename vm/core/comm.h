/* SPDX-License-Identifier: GPL-2.0 */
/*
 * comm.h - names of commands as two words. Any context.
 */
#ifndef KP_COMM_H
#define KP_COMM_H

#include "host.h"

#define KP_COMM_BYTES	16u

/* A bit in each byte of a word that is NUL; above the first one also in others. */
static __always_inline u64 kp_nuls_of(u64 w)
{
	return (w - 0x0101010101010101ull) & ~w & 0x8080808080808080ull;
}

/* Cuts a word at its first NUL, of which `nuls` tells. The bytes before it. */
static __always_inline u32 kp_cut_word(u64 *w, u64 nuls)
{
	*w &= ((nuls & -nuls) - 1) >> 7;
	return (u32)__builtin_ctzll(nuls) / 8;
}

/*
 * A name of such a size, padded with NUL, and its length. It may be changing: what stands
 * behind its first NUL is not of it.
 */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static __always_inline u32 kp_name(u64 to[2], const u64 *from)
{
	u64 nuls;

	to[0] = READ_ONCE(from[0]);
	nuls = kp_nuls_of(to[0]);
	if (likely(nuls)) {
		to[1] = 0;
		return kp_cut_word(&to[0], nuls);
	}
	to[1] = READ_ONCE(from[1]) & ~0ull >> 8;
	return 8 + kp_cut_word(&to[1], kp_nuls_of(to[1]));
}
#else
static __always_inline u32 kp_name(u64 to[2], const u64 *from)
{
	char *name = (char *)to;
	u32 len = 0;

	memcpy(name, from, KP_COMM_BYTES);
	while (len < KP_COMM_BYTES - 1 && name[len])
		len++;
	memset(name + len, 0, KP_COMM_BYTES - len);
	return len;
}
#endif

/* The current command's. */
static __always_inline u32 kp_comm(u64 to[2])
{
	return kp_name(to, kp_host_comm());
}

#endif
