// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "bare.h"

static volatile int after;

static PLAIN void inner_sort(int *numbers, int n, int (*compare)(const void *, const void *))
{
	qsort(numbers, n, sizeof(*numbers), compare);
	after++;
}

void bare_sort(int *numbers, int n, int (*compare)(const void *, const void *))
{
	inner_sort(numbers, n, compare);
	after++;
}
