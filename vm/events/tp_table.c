// SPDX-License-Identifier: GPL-2.0
/*
 * tp_table.c - tracepoints by name. The kernel's own are asked for each time, there
 * being a thousand or two; those of modules are kept in a list that the tracepoint
 * notifier keeps true. It tells of modules already there when it is registered.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "tp_table.h"

struct search {
	const char *name;
	struct tracepoint *found;
};

static void look(struct tracepoint *tp, void *arg)
{
	struct search *s = arg;

	if (!s->found && !strcmp(tp->name, s->name))
		s->found = tp;
}

/* Neither are there where the kernel has no tracepoints at all. */
#if defined(CONFIG_MODULES) && defined(CONFIG_TRACEPOINTS)

struct foreign {
	struct list_head list;
	struct tracepoint *tp;
};

static LIST_HEAD(foreigners);
static DEFINE_MUTEX(foreigners_lock);

static struct tracepoint *find_foreign(const char *name)
{
	struct tracepoint *found = NULL;
	struct foreign *f;

	mutex_lock(&foreigners_lock);
	list_for_each_entry(f, &foreigners, list)
		if (!strcmp(f->tp->name, name)) {
			found = f->tp;
			break;
		}
	mutex_unlock(&foreigners_lock);
	return found;
}

static void coming(struct tracepoint *tp)
{
	struct foreign *f = kmalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return;		/* its events will not be found */
	f->tp = tp;
	mutex_lock(&foreigners_lock);
	list_add_tail(&f->list, &foreigners);
	mutex_unlock(&foreigners_lock);
}

static void forget(struct tracepoint *tp)
{
	struct foreign *f, *next;

	mutex_lock(&foreigners_lock);
	list_for_each_entry_safe(f, next, &foreigners, list)
		if (f->tp == tp) {
			list_del(&f->list);
			kfree(f);
		}
	mutex_unlock(&foreigners_lock);
}

static int notified(struct notifier_block *nb, unsigned long what, void *data)
{
	struct module *mod = ((struct tp_module *)data)->mod;
	int i;

	for (i = 0; i < mod->num_tracepoints; i++) {
		struct tracepoint *tp = tracepoint_ptr_deref(&mod->tracepoints_ptrs[i]);

		if (what == MODULE_STATE_COMING) {
			coming(tp);
		} else if (what == MODULE_STATE_GOING) {
			forget(tp);
			kp_tp_going(tp);
		}
	}
	return NOTIFY_OK;
}

static struct notifier_block notifier = { .notifier_call = notified };

int kp_tp_table_init(void)
{
	return register_tracepoint_module_notifier(&notifier);
}

/* Unregistering tells of each module as if it were going, so the list empties. */
void kp_tp_table_exit(void)
{
	unregister_tracepoint_module_notifier(&notifier);
}

#else

static struct tracepoint *find_foreign(const char *name) { return NULL; }
int kp_tp_table_init(void) { return 0; }
void kp_tp_table_exit(void) { }

#endif

struct tracepoint *kp_tracepoint_find(const char *name)
{
	struct search s = { .name = name };

	for_each_kernel_tracepoint(look, &s);
	return s.found ? s.found : find_foreign(name);
}
