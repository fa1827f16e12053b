/*
 * callnr.c - system calls of arm by their numbers: seven times getuid with 32 bits, three times
 * with 16; five times clock_getres with times of 64 bits, twice with 32; a mapping of three pages.
 */
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void call(int n, long nr)
{
	long long room[2];

	while (n--)
		syscall(nr, 0, room);
}

int main(void)
{
	call(7, __NR_getuid32);
	call(3, __NR_getuid);
	call(5, __NR_clock_getres_time64);
	call(2, __NR_clock_getres);
	return mmap(0, 12288, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}
