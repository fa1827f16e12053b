// SPDX-License-Identifier: GPL-2.0
/*
 * tp_test.c - logs the records of all tracepoints that have a builder, for
 * compare.py. Not a part of the product. In /sys/kernel/debug/kp_tp_test/:
 *
 *	list	the events, a line each in the order of their numbers: "system:name", then
 *		1 if records are built, else 0, then offset:size of each field that is derived
 *	on	1 attaches to all of them, 0 detaches
 *	log	struct entry after struct entry
 *	missed	records not made, by reason; last, those that the log had no room for
 *
 * Parameter only=NAME attaches to that event and counts its records instead, in
 * "counted" of `missed`, to tell what it costs.
 * Parameter perf=ID[,ID]... attaches to those tracepoints by perf too; the
 * entries' numbers are then PERF_EVENTS + ID. Entries DERIVED_EVENTS + NUMBER have the
 * derived fields of an event where its record would have them, and zeros else.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>

#include "../tp_build.h"
#include "../counters.h"
#include "../tp_perf.h"
#include "../tp_table.h"

#define LOG_BYTES	(24 << 20)
#define PERF_EVENTS	100000
#define DERIVED_EVENTS	200000
#define MAX_PERF	8

struct entry {
	u32 event;
	u32 len;
	char rec[];
};

#define _(n) extern const struct kp_tp_batch kp_tp_batch_##n;
_(0) _(1) _(2) _(3)
#undef _
static const struct kp_tp_batch *const batches[] = {
	&kp_tp_batch_0, &kp_tp_batch_1, &kp_tp_batch_2, &kp_tp_batch_3,
};

static unsigned int perf[MAX_PERF];
static unsigned int n_perf;
module_param_array(perf, uint, &n_perf, 0444);

static char *only;
module_param(only, charp, 0444);

static struct kp_counters *by_perf[MAX_PERF];
static struct tracepoint *attached[4096], *attached_args[4096];
static bool is_on;
static char *log;
static atomic_t log_used;
static atomic_t missed[3];
static DEFINE_PER_CPU(unsigned long, counted);
static struct dentry *dir;

static const struct kp_tp_builder *builder_at(unsigned int i)
{
	int b;

	for (b = 0; b < ARRAY_SIZE(batches); b++) {
		if (i < batches[b]->n)
			return &batches[b]->builder[i];
		i -= batches[b]->n;
	}
	return NULL;
}

bool kp_tp_wanted(void *data)
{
	return true;
}

void kp_tp_missed(void *data)
{
}

static void put_field(char *rec, const struct kp_tp_field *f, const void *args)
{
	u64 value;

	if (f->is_text) {
		f->get(args, rec + f->offset);
		return;
	}
	value = f->get(args, NULL);
	memcpy(rec + f->offset, &value, f->size);	/* little endian */
}

/* Below the level of the log, which takes no more than it has room for. */
void kp_tp_args(void *data, const void *args, const void *frame)
{
	const struct kp_tp_field *f;
	char rec[256] = { 0 };
	u32 len = 8;

	if (only) {
		this_cpu_inc(counted);
		return;
	}
	for (f = builder_at((unsigned long)data - DERIVED_EVENTS)->fields; f->get; f++) {
		if (f->offset + f->size > sizeof(rec))
			continue;	/* and compare.py finds none there */
		put_field(rec, f, args);
		len = max(len, (u32)f->offset + f->size);
	}
	kp_tp_record(data, rec, len, frame);
}

void kp_tp_record(void *data, const void *rec, u32 len, const void *frame)
{
	u32 size = ALIGN(sizeof(struct entry) + len, 4);
	struct entry *e;
	u32 at;

	if (only) {
		this_cpu_inc(counted);
		return;
	}
	at = atomic_fetch_add(size, &log_used);
	e = (void *)(log + at);
	if (at > LOG_BYTES - size) {
		atomic_sub(size, &log_used);
		atomic_inc(&missed[2]);
		return;
	}
	e->event = (unsigned long)data;
	e->len = len;
	memcpy(e->rec, rec, len);
}

void kp_tp_record_missed(void *data, enum kp_tp_miss why)
{
	atomic_inc(&missed[why]);
}

void kp_tp_going(struct tracepoint *tp)
{
}

static void attach(unsigned long i, const struct kp_tp_builder *b)
{
	struct tracepoint *tp = kp_tracepoint_find(b->name);

	if (tp && b->probe && !tracepoint_probe_register(tp, b->probe, (void *)i))
		attached[i] = tp;
	if (tp && b->args_probe && !only &&
	    !tracepoint_probe_register(tp, b->args_probe, (void *)(DERIVED_EVENTS + i)))
		attached_args[i] = tp;
}

static void detach(unsigned long i, const struct kp_tp_builder *b)
{
	if (attached[i])
		tracepoint_probe_unregister(attached[i], b->probe, (void *)i);
	if (attached_args[i])
		tracepoint_probe_unregister(attached_args[i], b->args_probe, (void *)(DERIVED_EVENTS + i));
}

static void attach_all(void)
{
	const struct kp_tp_builder *b;
	unsigned long i;

	for (i = 0; (b = builder_at(i)); i++) {
		if (only && strcmp(only, b->name))
			continue;
		WARN_ON(kp_tp_find(b->system, b->name) != b);
		attach(i, b);
	}
	for (i = 0; i < n_perf; i++)
		by_perf[i] = kp_tp_perf_attach(perf[i], (void *)(unsigned long)(PERF_EVENTS + perf[i]));
}

static void detach_all(void)
{
	unsigned long i;

	for (i = 0; builder_at(i); i++)
		detach(i, builder_at(i));
	for (i = 0; i < n_perf; i++)
		if (!WARN_ON(IS_ERR(by_perf[i])))
			kp_tp_perf_detach(by_perf[i]);
	tracepoint_synchronize_unregister();
	synchronize_rcu();
	memset(attached, 0, sizeof(attached));
	memset(attached_args, 0, sizeof(attached_args));
}

static int on_set(void *unused, u64 val)
{
	if (val == is_on)
		return 0;
	is_on = val;
	if (is_on)
		attach_all();
	else
		detach_all();
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(on_fops, NULL, on_set, "%llu\n");

static int list_show(struct seq_file *m, void *unused)
{
	const struct kp_tp_builder *b;
	const struct kp_tp_field *f;
	unsigned int i;

	for (i = 0; (b = builder_at(i)); i++) {
		seq_printf(m, "%s:%s %d", b->system, b->name, !!b->probe);
		for (f = b->fields; f->get; f++)
			seq_printf(m, " %u:%u", f->offset, f->size);
		seq_putc(m, '\n');
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(list);

static int missed_show(struct seq_file *m, void *unused)
{
	unsigned long n = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		n += per_cpu(counted, cpu);
	seq_printf(m, "counted %lu reentry %d size %d log %d\n", n, atomic_read(&missed[KP_TP_MISS_REENTRY]),
		   atomic_read(&missed[KP_TP_MISS_SIZE]), atomic_read(&missed[2]));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(missed);

static ssize_t log_read(struct file *file, char __user *to, size_t n, loff_t *at)
{
	return simple_read_from_buffer(to, n, at, log, atomic_read(&log_used));
}
static const struct file_operations log_fops = { .read = log_read };

static int __init test_init(void)
{
	int err;

	log = vzalloc(LOG_BYTES);
	if (!log)
		return -ENOMEM;
	err = kp_tp_init();
	if (err)
		goto no_slots;
	err = kp_tp_table_init();
	if (err)
		goto no_table;
	err = kp_counters_init();
	if (err)
		goto no_counters;
	dir = debugfs_create_dir("kp_tp_test", NULL);
	debugfs_create_file_unsafe("on", 0200, dir, NULL, &on_fops);
	debugfs_create_file("list", 0400, dir, NULL, &list_fops);
	debugfs_create_file("missed", 0400, dir, NULL, &missed_fops);
	debugfs_create_file("log", 0400, dir, NULL, &log_fops);
	return 0;

no_counters:
	kp_tp_table_exit();
no_table:
	kp_tp_exit();
no_slots:
	vfree(log);
	return err;
}

static void __exit test_exit(void)
{
	debugfs_remove(dir);
	on_set(NULL, 0);
	kp_counters_exit();
	kp_tp_table_exit();
	kp_tp_exit();
	vfree(log);
}

module_init(test_init);
module_exit(test_exit);
MODULE_DESCRIPTION("records of tracepoints, beside the kernel's own");
MODULE_LICENSE("GPL");
