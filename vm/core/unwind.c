// SPDX-License-Identifier: GPL-2.0
#include "unwind.h"

static bool is_row(const struct ktap_unwind_row *r)
{
	switch (r->rule) {
	case KTAP_UNWIND_NONE:
	case KTAP_UNWIND_END:
		return !r->words && !r->bp;
	case KTAP_UNWIND_SP:
		return r->words && r->bp != KTAP_UNWIND_BP_HERE;
	case KTAP_UNWIND_BP:
	case KTAP_UNWIND_BP_AT:
		return r->words;
	default:
		return false;
	}
}

bool kp_unwind_check(const struct ktap_unwind_row *rows, u32 n, u32 *bad)
{
	u32 i;

	for (i = 0; i < n; i++) {
		*bad = i;
		if (!is_row(&rows[i]) || (i && rows[i].at <= rows[i - 1].at))
			return false;
	}
	*bad = n;
	return !n || rows[n - 1].rule == KTAP_UNWIND_NONE;
}

const struct ktap_unwind_row *kp_unwind_row(const struct ktap_unwind_row *rows, u32 n, u64 at)
{
	u32 low = 0, high = n;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (rows[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || rows[low - 1].rule == KTAP_UNWIND_NONE)
		return NULL;
	return &rows[low - 1];
}
