// SPDX-License-Identifier: GPL-2.0
/*
 * floor.c - the least that an event can cost: a callback that only counts, by the mechanism
 * that a tracer would use. While the module is loaded it is attached.
 *
 *   kind      tracepoint, function (by the function tracer), kprobe, kretprobe, uprobe, uretprobe
 *   target    name of the tracepoint or function; path of the program
 *   offset    of a program: where in it
 *   turns     of a tracepoint: so many turns of a loop for each event
 *   hits      how many there were
 */
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/percpu.h>
#include <linux/tracepoint.h>
#include "compat/uprobes.h"

static char *kind, *target;
static ulong offset;
static uint turns;
module_param(kind, charp, 0444);
module_param(target, charp, 0444);
module_param(offset, ulong, 0444);
module_param(turns, uint, 0444);

static DEFINE_PER_CPU(unsigned long, counted);
static DEFINE_PER_CPU(unsigned long, result);

static int get_hits(char *text, const struct kernel_param *kp)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(counted, cpu);
	return sprintf(text, "%lu\n", sum);
}

static const struct kernel_param_ops hits_ops = { .get = get_hits };
module_param_cb(hits, &hits_ops, NULL, 0444);

static __always_inline void hit(void)
{
	this_cpu_inc(counted);
}

/* Whatever the tracepoint's own arguments are: it passes them in registers. */
static void on_tracepoint(void *data)
{
	hit();
}

static void on_tracepoint_turns(void *data)
{
	unsigned long x = 1;
	uint i;

	hit();
	for (i = 0; i < turns; i++)
		x = (x * 75 + 74) % 65537;
	this_cpu_write(result, x);
}

static struct tracepoint *found;

static void is_it(struct tracepoint *tp, void *name)
{
	if (!strcmp(tp->name, name))
		found = tp;
}

static void *probe(void)
{
	return turns ? on_tracepoint_turns : on_tracepoint;
}

static int add_tracepoint(void)
{
	for_each_kernel_tracepoint(is_it, target);
	return found ? tracepoint_probe_register(found, probe(), NULL) : -ENOENT;
}

static void del_tracepoint(void)
{
	tracepoint_probe_unregister(found, probe(), NULL);
	tracepoint_synchronize_unregister();
}

static void on_function(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
			struct ftrace_regs *regs)
{
	hit();
}

static struct ftrace_ops function_ops = { .func = on_function, .flags = KP_FTRACE_GUARDED };

static int add_function(void)
{
	int err = ftrace_set_filter(&function_ops, target, strlen(target), 1);

	return err ?: register_ftrace_function(&function_ops);
}

static void del_function(void)
{
	unregister_ftrace_function(&function_ops);
}

static int on_kprobe(struct kprobe *kp, struct pt_regs *regs)
{
	hit();
	return 0;
}

static int on_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	hit();
	return 0;
}

static struct kprobe kprobe = { .pre_handler = on_kprobe };
static struct kretprobe kretprobe = { .handler = on_return };

static int add_kprobe(void)
{
	kprobe.symbol_name = target;
	return register_kprobe(&kprobe);
}

static void del_kprobe(void)
{
	unregister_kprobe(&kprobe);
}

static int add_kretprobe(void)
{
	kretprobe.kp.symbol_name = target;
	return register_kretprobe(&kretprobe);
}

static void del_kretprobe(void)
{
	unregister_kretprobe(&kretprobe);
}

static int on_uprobe(struct uprobe_consumer *uc, struct pt_regs *regs KP_UPROBE_DATA)
{
	hit();
	return 0;
}

static int on_uretprobe(struct uprobe_consumer *uc, unsigned long func,
			struct pt_regs *regs KP_UPROBE_DATA)
{
	hit();
	return 0;
}

static struct uprobe_consumer consumer;
static struct uprobe *uprobe;
static struct path program;

static int add_user(void)
{
	int err = kern_path(target, LOOKUP_FOLLOW, &program);

	if (err)
		return err;
	uprobe = uprobe_register(d_inode(program.dentry), offset, 0, &consumer);
	if (!IS_ERR(uprobe))
		return 0;
	path_put(&program);
	return PTR_ERR(uprobe);
}

static int add_uprobe(void)
{
	consumer.handler = on_uprobe;
	return add_user();
}

static int add_uretprobe(void)
{
	consumer.ret_handler = on_uretprobe;
	return add_user();
}

static void del_user(void)
{
	uprobe_unregister_nosync(uprobe, &consumer);
	uprobe_unregister_sync();
	path_put(&program);
}

static const struct mechanism {
	const char *name;
	int (*add)(void);
	void (*del)(void);
} mechanisms[] = {
	{ "tracepoint", add_tracepoint, del_tracepoint },
	{ "function", add_function, del_function },
	{ "kprobe", add_kprobe, del_kprobe },
	{ "kretprobe", add_kretprobe, del_kretprobe },
	{ "uprobe", add_uprobe, del_user },
	{ "uretprobe", add_uretprobe, del_user },
}, *chosen;

static int __init floor_init(void)
{
	const struct mechanism *m;

	if (!kind || !target)
		return -EINVAL;
	for (m = mechanisms; m < mechanisms + ARRAY_SIZE(mechanisms); m++)
		if (!strcmp(m->name, kind))
			chosen = m;
	return chosen ? chosen->add() : -EINVAL;
}

static void __exit floor_exit(void)
{
	chosen->del();
}

module_init(floor_init);
module_exit(floor_exit);
MODULE_DESCRIPTION("an empty callback: what other tracers are measured against");
MODULE_LICENSE("GPL");
