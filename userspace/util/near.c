// SPDX-License-Identifier: GPL-2.0
#include "near.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define MAX_NAME	63	/* longer names are not compared */

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Upper and lower case differ by nothing: it is the commonest slip. */
static unsigned int differ(char a, char b)
{
	return tolower((unsigned char)a) != tolower((unsigned char)b);
}

unsigned int near_distance(const char *a, const char *b)
{
	unsigned int row[3][MAX_NAME + 1];
	unsigned int *before = row[0], *above = row[1], *now = row[2], *spare;
	size_t la = strlen(a), lb = strlen(b), i, j;

	if (la > MAX_NAME || lb > MAX_NAME)
		return MAX_NAME;
	for (j = 0; j <= lb; j++)
		before[j] = above[j] = (unsigned int)j;
	for (i = 1; i <= la; i++) {
		now[0] = (unsigned int)i;
		for (j = 1; j <= lb; j++) {
			now[j] = min(min(above[j], now[j - 1]) + 1,
				     above[j - 1] + differ(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && !differ(a[i - 1], b[j - 2]) &&
			    !differ(a[i - 2], b[j - 1]))
				now[j] = min(now[j], before[j - 2] + 1);
		}
		spare = before;
		before = above;
		above = now;
		now = spare;
	}
	return above[lb];
}

/* A third of the name may be wrong; of very short names, nothing but case. */
static unsigned int most_wrong(const char *wanted)
{
	size_t len = strlen(wanted);

	return len < 3 ? 0 : len < 6 ? 1 : len < 9 ? 2 : 3;
}

struct near_search near_begin(const char *wanted)
{
	return (struct near_search) { .wanted = wanted, .distance = most_wrong(wanted) + 1 };
}

/* "sys_enter_open" ends with the words "open". */
static bool has_tail(const char *candidate, const char *words)
{
	size_t len = strlen(candidate), tail = strlen(words);

	return tail >= 3 && len > tail && candidate[len - tail - 1] == '_' && !strcmp(candidate + len - tail, words);
}

static unsigned int words_in(const char *name)
{
	unsigned int n = 1;

	for (; *name; name++)
		n += *name == '_';
	return n;
}

/* What is left out at the front was not meant to say much: it counts as much as the worst slip. */
static bool is_nearer(const struct near_search *search, const char *candidate, unsigned int *distance)
{
	*distance = near_distance(search->wanted, candidate);
	if (*distance < search->distance)
		return true;
	if (!has_tail(candidate, search->wanted))
		return false;
	*distance = most_wrong(search->wanted);
	return *distance < search->distance ||
	       (*distance == search->distance && words_in(candidate) < words_in(search->best));
}

void near_offer(struct near_search *search, const char *candidate)
{
	unsigned int distance;

	if (strcmp(search->wanted, candidate) && is_nearer(search, candidate, &distance)) {
		search->distance = distance;
		search->best = candidate;
	}
}
