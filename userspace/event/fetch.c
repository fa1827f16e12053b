// SPDX-License-Identifier: GPL-2.0
#include "event/fetch.h"

void fetch_add(struct fetch *f, enum ktap_fetch_op op, __u8 type, __s64 imm)
{
	if (f->n == FETCH_OPS) {
		f->too_long = true;
		return;
	}
	f->op[f->n++] = (struct ktap_fetch){ .op = op, .type = type, .imm = imm };
}

void fetch_offset(struct fetch *f, __s64 bytes)
{
	if (f->n && f->op[f->n - 1].op == KTAP_FETCH_ADD)
		f->op[f->n - 1].imm += bytes;
	else if (bytes)
		fetch_add(f, KTAP_FETCH_ADD, 0, bytes);
}

void fetch_load(struct fetch *f, __u8 type, bool user)
{
	fetch_add(f, user ? KTAP_FETCH_ULOAD : KTAP_FETCH_LOAD, type, 0);
	f->type = type;
}

void fetch_bits(struct fetch *f, __u8 type, unsigned int low, unsigned int n)
{
	fetch_add(f, KTAP_FETCH_BITS, type, (__s64)n << 8 | low);
	f->type = type;
}
