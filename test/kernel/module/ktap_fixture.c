// SPDX-License-Identifier: GPL-2.0
/*
 * ktap_fixture.c - tracepoints, some in the kernel's catalogue of events and some
 * without a record, and functions, whose arguments are of every make (fixture/types.h),
 * and objects for them to point to. Each number N written to the parameter `fire` fires
 * them N times.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>

#include "types.h"

#ifdef DECLARE_TRACE_EVENT	/* kernels in which DECLARE_TRACE adds to the name */
#undef DECLARE_TRACE
#define DECLARE_TRACE DECLARE_TRACE_EVENT
#endif

DECLARE_TRACE(sample, TP_PROTO(bool flag, struct all *p, const char *name, short n),
	      TP_ARGS(flag, p, name, n));
DECLARE_TRACE(words, TP_PROTO(signed char a, unsigned char b, short c, unsigned short d, int e,
			      unsigned int f, long g, unsigned long h, bool i, enum color j,
			      char k, const char *l),
	      TP_ARGS(a, b, c, d, e, f, g, h, i, j, k, l));
DEFINE_TRACE(sample, TP_PROTO(bool flag, struct all *p, const char *name, short n),
	     TP_ARGS(flag, p, name, n));
DEFINE_TRACE(words, TP_PROTO(signed char a, unsigned char b, short c, unsigned short d, int e,
			     unsigned int f, long g, unsigned long h, bool i, enum color j,
			     char k, const char *l),
	     TP_ARGS(a, b, c, d, e, f, g, h, i, j, k, l));

#define CREATE_TRACE_POINTS
#include "events.h"

static struct all *first, *second;
static struct inner elsewhere = { .before = -9, .name = (const unsigned char *)"else" };

/* Addresses that lead nowhere: of no memory, of a user, of no canonical form, null. */
static void *const bad[] = {
	(void *)0xffffffffffff0000ul, (void *)0x1000, (void *)0xdead000000000100ul, NULL,
};

noinline struct all *one(struct all *p)
{
	barrier_data(p);
	return p->next;
}

noinline short narrow(signed char a, unsigned char b, short c, unsigned short d, int e, unsigned int f,
		      long g, unsigned long h, bool i, enum color j, char k)
{
	long all = a + b + c + d + e + f + g + h + i + j + k;

	barrier_data(&all);
	return -2;
}

noinline const char *texts(const char *a, char *b, text c, const unsigned char *d, const byte *e)
{
	const void *at[] = { a, b, c, d, e };

	barrier_data(at);
	return c;
}

noinline struct two by_value(struct two a, struct four b, long c, struct large d, struct four e, int f)
{
	barrier_data(&a);
	barrier_data(&b);
	barrier_data(&d);
	barrier_data(&e);
	return a;
}

noinline void wide(struct large a, struct large b, struct large c, struct large d, int e)
{
	barrier_data(&a);
	barrier_data(&b);
	barrier_data(&c);
	barrier_data(&d);
}

static void fire_one(unsigned int i)
{
	struct two a = { -1, 17, -5 };
	struct four b = { -2, 3, 4, 5 }, e = { 6, -7, 8, 9 };
	struct large d = { 61, 62, 63 }, last = { 64, 65, 66 };

	trace_fixture_once(i);
	trace_fixture_twice(i);
	trace_fixture_twice(i);
	trace_all_fields(i, "a name");
	second->s32 = i;
	first->to_inner = i % 2 ? &elsewhere : bad[i / 2 % ARRAY_SIZE(bad)];
	trace_sample(i & 1, first, "a name", -(short)i);
	trace_words(-128, 0xf0, -32768, 0x8001, -2, 0xfffffffe, -3, -4ul, true, GREEN, 'k', "twelfth");
	one(first);
	narrow(-128, 0xf0, -32768, 0x8001, -2, 0xfffffffe, -3, -4ul, true, GREEN, 'k');
	texts("one", (char *)"two", "three", (const unsigned char *)"four", (const byte *)"five");
	by_value(a, b, -30, d, e, 0x41);
	wide(d, d, d, last, -31);
}

static int fire(const char *value, const struct kernel_param *kp)
{
	unsigned int n, i;
	int err = kstrtouint(value, 0, &n);

	for (i = 0; !err && i < n; i++)
		fire_one(i);
	return err;
}

static const struct kernel_param_ops fire_ops = { .set = fire };
module_param_cb(fire, &fire_ops, NULL, 0200);

static void fill(struct all *a)
{
	a->s8 = -8; a->u8 = 200; a->s16 = -300; a->u16 = 60000; a->s32 = -70000; a->u32 = 4000000000u;
	a->s64 = -5000000000l; a->u64 = 1ul << 63 | 5; a->flag = true; a->letter = 'z'; a->color = GREEN;
	a->bit0 = 1; a->bits3 = 5; a->bits20 = 0xabcde; a->sbits5 = -7; a->wide33 = 0x1fffffffeull;
	a->wide31 = 0x7ffffffd; a->small3 = 6; a->small5 = 19;
	a->str = "a string"; a->typedef_str = "typed"; a->call = (callback)(void *)fire;
	strcpy(a->comm, "command");
	a->numbers[3] = -40; a->strs[1] = "second"; a->inners[1].high = 0xfedc;
	a->inner.whole = -559038737; a->inner.name = (const unsigned char *)"inner name";
	a->anonymous = 4711;
	strcpy(a->tail, "tail");
}

static int __init fixture_init(void)
{
	first = kzalloc(sizeof(*first) + 8, GFP_KERNEL);
	second = kzalloc(sizeof(*second), GFP_KERNEL);
	if (!first || !second) {
		kfree(first);
		kfree(second);
		return -ENOMEM;
	}
	fill(first);
	first->next = first->deep = second;
	second->next = first;
	second->str = "next string";
	return 0;
}

static void __exit fixture_exit(void)
{
	tracepoint_synchronize_unregister();
	kfree(first);
	kfree(second);
}

module_init(fixture_init);
module_exit(fixture_exit);
MODULE_LICENSE("GPL");
