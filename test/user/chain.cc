/* SPDX-License-Identifier: GPL-2.0 */
/* chain.cc - the same in C++: names of methods, of templates, of a namespace. */
#include <unistd.h>

#define PLAIN __attribute__((noinline, noclone))

static volatile int after;

namespace links {
	struct chain {
		PLAIN void last(int times)
		{
			while (times--)
				if (write(1, "", 0) < 0)
					after++;
			after++;
		}
	};

	template <typename T> PLAIN void first(T times)
	{
		chain().last(times);
		after++;
	}
}

int main()
{
	links::first<int>(3);
	return after == 0;
}
