/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arith.h - what the integer operators mean, once, for the interpreter and for
 * the compiler's constant folding: two's complement, wrapping, division toward
 * zero, shifts by the low six bits of the right side. No libc, no branches but
 * the operator's own.
 *
 * A host whose compiler cannot divide 64-bit integers (a 32-bit kernel) defines
 * KP_DIV64(a, b) and KP_MOD64(a, b) before it includes this file; they are never
 * asked to divide by 0 or by -1.
 */
#ifndef KP_ARITH_H
#define KP_ARITH_H

#include <ktap/bytecode.h>

#ifndef KP_DIV64
#define KP_DIV64(a, b)	((a) / (b))
#endif
#ifndef KP_MOD64
#define KP_MOD64(a, b)	((a) % (b))
#endif

static inline __s64 kp_arith_add(__s64 a, __s64 b) { return (__s64)((__u64)a + (__u64)b); }
static inline __s64 kp_arith_sub(__s64 a, __s64 b) { return (__s64)((__u64)a - (__u64)b); }
static inline __s64 kp_arith_mul(__s64 a, __s64 b) { return (__s64)((__u64)a * (__u64)b); }
static inline __s64 kp_arith_neg(__s64 a) { return (__s64)(0 - (__u64)a); }
static inline __s64 kp_arith_band(__s64 a, __s64 b) { return a & b; }
static inline __s64 kp_arith_bor(__s64 a, __s64 b) { return a | b; }
static inline __s64 kp_arith_bxor(__s64 a, __s64 b) { return a ^ b; }
static inline __s64 kp_arith_bnot(__s64 a) { return ~a; }
static inline __s64 kp_arith_shl(__s64 a, __s64 b) { return (__s64)((__u64)a << (b & 63)); }
/* Both compilers shift a negative number arithmetically. */
static inline __s64 kp_arith_shr(__s64 a, __s64 b) { return a >> (b & 63); }
static inline __s64 kp_arith_ushr(__s64 a, __s64 b) { return (__s64)((__u64)a >> (b & 63)); }

/* The divisor is not zero. -1 apart: INT64_MIN / -1 traps on some processors. */
static inline __s64 kp_arith_div(__s64 a, __s64 b)
{
	return b == -1 ? kp_arith_neg(a) : KP_DIV64(a, b);
}

static inline __s64 kp_arith_mod(__s64 a, __s64 b)
{
	return b == -1 ? 0 : KP_MOD64(a, b);
}

/*
 * *r = a op b for an integer operator (not CONCAT). False for a zero divisor and
 * for what is no integer operator; *r is then as it was.
 */
static inline _Bool kp_arith(unsigned int op, __s64 a, __s64 b, __s64 *r)
{
	switch (op) {
	case KTAP_ARITH_ADD:	*r = kp_arith_add(a, b); return 1;
	case KTAP_ARITH_SUB:	*r = kp_arith_sub(a, b); return 1;
	case KTAP_ARITH_MUL:	*r = kp_arith_mul(a, b); return 1;
	case KTAP_ARITH_BAND:	*r = kp_arith_band(a, b); return 1;
	case KTAP_ARITH_BOR:	*r = kp_arith_bor(a, b); return 1;
	case KTAP_ARITH_BXOR:	*r = kp_arith_bxor(a, b); return 1;
	case KTAP_ARITH_SHL:	*r = kp_arith_shl(a, b); return 1;
	case KTAP_ARITH_SHR:	*r = kp_arith_shr(a, b); return 1;
	case KTAP_ARITH_USHR:	*r = kp_arith_ushr(a, b); return 1;
	case KTAP_ARITH_DIV:
		if (!b)
			return 0;
		*r = kp_arith_div(a, b);
		return 1;
	case KTAP_ARITH_MOD:
		if (!b)
			return 0;
		*r = kp_arith_mod(a, b);
		return 1;
	default:
		return 0;
	}
}

#endif
