// SPDX-License-Identifier: GPL-2.0
#include "event/glob.h"

#include <stddef.h>
#include <string.h>

#include "wild.h"

bool glob_is_pattern(const char *text)
{
	return strpbrk(text, "*?[\\") != NULL;
}

bool glob_match(const char *pattern, const char *text)
{
	u64 work = 0;

	return kp_wild(pattern, (u32)strlen(pattern), text, (u32)strlen(text), &work);
}
