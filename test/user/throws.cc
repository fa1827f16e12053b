/* SPDX-License-Identifier: GPL-2.0 */
/* throws.cc - throws N exceptions through a function and catches them: throws N */
#include <cstdlib>

#define FUNC extern "C" __attribute__((noipa, used))

static volatile int after;

FUNC void raised(int n)
{
	throw n;
}

FUNC void passed(int n)
{
	raised(n);
	after++;
}

int main(int argc, char **argv)
{
	int caught = 0, n = argc > 1 ? atoi(argv[1]) : 0;

	for (int i = 0; i < n; i++) {
		try {
			passed(i);
		} catch (int) {
			caught++;
		}
	}
	return caught != n;
}
