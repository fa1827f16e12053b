// SPDX-License-Identifier: GPL-2.0
/*
 * target.c - a program whose calls are known, to be traced.
 *
 *   target [WORD N]...      does each N times
 *
 *   add      add(i, 2 * i), i from 0
 *   fact     fact(5), which calls itself down to fact(1)
 *   types    types() with every size and sign
 *   text     text() with a short string, a long one, and pointers to nothing
 *   mark     markers with every size and sign; `guarded` only while it is wanted
 *   fork     a child that calls add(100, 200) three times
 *   wanted   says how many want the marker `guarded`
 *   load     opens ./libplug.so, calls its plug(i)
 *   thread   a thread that calls add(300, 400)
 *   line     waits for a line of input, N times
 *   malloc   malloc(1000 + i)
 *   both     opens ./libplug.so, calls its both(i) of the version that is not named
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sys/sdt.h>

/* Each call that is written is made. */
#define FUNC	__attribute__((noipa, used))

void guarded(int n);
int guarded_wanted(void);

volatile long sink;

FUNC long add(long a, long b)
{
	return a + b;
}

FUNC static long twice(long a)
{
	return 2 * a + sink;
}

FUNC unsigned long fact(unsigned long n)
{
	return n < 2 ? 1 : n * fact(n - 1);
}

FUNC int types(signed char c, unsigned short s, int i, unsigned long l, char *text, unsigned char u,
	       long seventh, long eighth)
{
	sink = c + s + i + l + u + seventh + eighth + *text;
	return -5;
}

FUNC const char *text(const char *s)
{
	sink = (long)s;
	return s;
}

static volatile int global = 77;

/* Values that cannot be known when this is compiled, so that they are in registers and memory. */
FUNC static void mark(int n)
{
	volatile signed char c = -1 - n;
	volatile unsigned char uc = 200 + n;
	volatile short s = -300;
	volatile unsigned short us = 60000;
	volatile int i = -70000;
	double fraction = n + 0.5;
	volatile unsigned int ui = 4000000000u;
	volatile long l = -5000000000;
	volatile unsigned long ul = 18000000000000000000ul;
	long table[4] = { 10, 20, 30, 40 };
	const char *name = "marked";

	STAP_PROBE8(target, sizes, c, uc, s, us, i, ui, l, ul);
	STAP_PROBE2(target, strings, name, (const char *)8);
	STAP_PROBE3(target, fraction, n, fraction, 3);
	STAP_PROBE3(target, places, 5, -6, global);
	__asm__ volatile("990: nop\n"
		".pushsection .note.stapsdt,\"\",\"note\"\n .balign 4\n"
		".4byte 992f-991f, 994f-993f, 3\n"
		"991: .asciz \"stapsdt\"\n992: .balign 4\n"
		"993: .8byte 990b\n .8byte _.stapsdt.base\n .8byte 0\n"
		".asciz \"target\"\n .asciz \"indexed\"\n"
		".asciz \"8@(%%rsi,%%rdi,8) -8@8(%%rsi,%%rdi,8) 4@global_int(%%rip) 4@4+global_int(%%rip)\"\n"
		"994: .balign 4\n .popsection\n"
		: : "S"(table), "D"((long)(n & 1)), "m"(table));
	STAP_PROBE(target, plain);
	guarded(n);
	if (n & 1)
		STAP_PROBE1(target, twoplaces, 1);
	else
		STAP_PROBE1(target, twoplaces, (long)2);
}

__attribute__((used)) int global_int[2] = { 1234, 5678 };

static void do_types(void)
{
	static char word[] = "word";

	types(-1, 65535, -2, 0xfedcba9876543210, word, 250, -7, 8);
}

static void do_text(void)
{
	static char longer[9000];

	memset(longer, 'x', sizeof(longer) - 1);
	text("short");
	text(longer);
	text(NULL);
	text((const char *)0x10);
	text((const char *)0xffff888000000000);
}

static void do_fork(void)
{
	pid_t child = fork();

	if (!child)
		_exit(add(100, 200) + add(100, 200) + add(100, 200) != 900);
	waitpid(child, NULL, 0);
}

static void *thread(void *arg)
{
	sink = add(300, 400);
	return arg;
}

static void do_thread(void)
{
	pthread_t t;

	if (!pthread_create(&t, NULL, thread, NULL))
		pthread_join(t, NULL);
}

static void do_plug(const char *name, int i)
{
#ifdef STATIC
	sink = i + *name;
#else
	void *lib = dlopen("./libplug.so", RTLD_NOW);
	int (*plug)(int) = lib ? (int (*)(int))dlsym(lib, name) : NULL;

	if (!plug) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	sink = plug(i);
	dlclose(lib);
#endif
}

static void do_line(void)
{
	char line[80];

	if (!fgets(line, sizeof(line), stdin))
		exit(1);
}

static void do_malloc(int i)
{
	void *volatile p = malloc(1000 + i);

	free(p);
}

static void do_one(const char *what, int i)
{
	if (!strcmp(what, "add"))
		sink = add(i, 2 * i) + twice(i);
	else if (!strcmp(what, "fact"))
		sink = fact(5);
	else if (!strcmp(what, "types"))
		do_types();
	else if (!strcmp(what, "text"))
		do_text();
	else if (!strcmp(what, "mark"))
		mark(i);
	else if (!strcmp(what, "fork"))
		do_fork();
	else if (!strcmp(what, "thread"))
		do_thread();
	else if (!strcmp(what, "load"))
		do_plug("plug", i);
	else if (!strcmp(what, "both"))
		do_plug("both", i);
	else if (!strcmp(what, "line"))
		do_line();
	else if (!strcmp(what, "malloc"))
		do_malloc(i);
	else if (!strcmp(what, "wanted"))
		printf("wanted by %d\n", guarded_wanted());
}

int main(int argc, char **argv)
{
	for (int a = 1; a + 1 < argc; a += 2)
		for (int i = 0; i < atoi(argv[a + 1]); i++)
			do_one(argv[a], i);
	return 0;
}
