// SPDX-License-Identifier: GPL-2.0
/*
 * marker.c - passes a marker as often as it is told to: its arguments are the turn, in a
 * register; twice the turn, in memory; a constant.
 */
#include <stdlib.h>
#include <sys/sdt.h>

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1;
	volatile long twice;

	for (int turn = 1; turn <= n; turn++) {
		twice = 2 * turn;
		DTRACE_PROBE3(ktap, turn, turn, twice, -7);
	}
	return 0;
}
