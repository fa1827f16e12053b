// SPDX-License-Identifier: GPL-2.0
/*
 * symbol.c - where the functions of a name are.
 *
 * /proc/kallsyms tells the same, but has its 150,000 lines to print for it. So what is not told
 * there, to this caller, is not told here. The kernel's search is not exported, and older kernels have
 * none that finds all functions of a name: then the caller has the file.
 */
#include <linux/cred.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/static_call.h>
#include <linux/uaccess.h>

#include "../core/host.h"
#include "symbol.h"

#define MOST	4096u	/* addresses of one name that are given */

struct found {
	u64 *at;
	u32 n, room;
};

static void add(struct found *f, unsigned long addr)
{
	if (f->n < f->room)
		f->at[f->n] = addr;
	f->n++;
}

#ifdef CONFIG_KALLSYMS

typedef int (*visit_fn)(void *data, unsigned long addr);
typedef int (*search_fn)(visit_fn visit, const char *name, void *data);
typedef int (*is_text_fn)(unsigned long addr);
typedef bool (*may_see_fn)(const struct cred *cred);
typedef struct module *(*module_fn)(const char *name);

static int no_search(visit_fn visit, const char *name, void *data)
{
	return 0;
}

static int no_text(unsigned long addr)
{
	return 0;
}

static bool nobody_may(const struct cred *cred)
{
	return false;
}

static struct module *no_module(const char *name)
{
	return NULL;
}

/* Called as function_find.c's: where branches are tracked, not by the address that is told. */
DEFINE_STATIC_CALL(kp_search, no_search);
DEFINE_STATIC_CALL(kp_is_text, no_text);
DEFINE_STATIC_CALL(kp_may_see, nobody_may);
DEFINE_STATIC_CALL(kp_module_named, no_module);

static bool is_found;

/* Patching the calls takes milliseconds, which no session is to wait for. */
void kp_symbol_init(void)
{
	unsigned long search = kp_host_symbol("kallsyms_on_each_match_symbol");
	unsigned long is_text = kp_host_symbol("core_kernel_text");
	unsigned long may_see = kp_host_symbol("kallsyms_show_value");
	unsigned long named = kp_host_symbol("find_module");

	if (!search || !is_text || !may_see || !named)
		return;
	static_call_update(kp_search, (search_fn)search);
	static_call_update(kp_is_text, (is_text_fn)is_text);
	static_call_update(kp_may_see, (may_see_fn)may_see);
	static_call_update(kp_module_named, (module_fn)named);
	is_found = true;
}

/* 0; EOPNOTSUPP: this kernel has no such search; EPERM: the caller may not see addresses. */
static int prepare(void)
{
	if (!is_found)
		return -EOPNOTSUPP;
	return static_call(kp_may_see)(current_cred()) ? 0 : -EPERM;
}

static int visit(void *data, unsigned long addr)
{
	if (static_call(kp_is_text)(addr))
		add(data, addr);
	return 0;
}

static int search_kernel(const char *name, struct found *f)
{
	static_call(kp_search)(visit, name, f);
	return 0;
}

static void search_symbols(const struct mod_kallsyms *all, const char *name, struct found *f)
{
	unsigned int i;

	for (i = 0; i < all->num_symtab; i++)
		if (strchr("tTwW", all->typetab[i]) && !strcmp(all->strtab + all->symtab[i].st_name, name))
			add(f, kallsyms_symbol_value(&all->symtab[i]));
}

/* While this runs the module may go, but not what is read of it. */
static int search_module(const char *module, const char *name, struct found *f)
{
	const struct module *m;

	rcu_read_lock();
	preempt_disable();
	m = static_call(kp_module_named)(module);
	if (m)
		search_symbols(rcu_dereference_sched(m->kallsyms), name, f);
	preempt_enable();
	rcu_read_unlock();
	return m ? 0 : -ENOENT;
}

#else

void kp_symbol_init(void)
{
}

static int prepare(void)
{
	return -EOPNOTSUPP;
}

static int search_kernel(const char *name, struct found *f)
{
	return 0;
}

static int search_module(const char *module, const char *name, struct found *f)
{
	return 0;
}

#endif

static int search(const char *module, const char *name, struct ktap_ioc_functions *io)
{
	struct found f = { .room = min(io->count, MOST) };
	int err;

	f.at = kvcalloc(f.room, sizeof(*f.at), GFP_KERNEL);
	if (!f.at)
		return -ENOMEM;
	err = module ? search_module(module, name, &f) : search_kernel(name, &f);
	if (!err && copy_to_user(u64_to_user_ptr(io->addresses), f.at, min(f.n, f.room) * sizeof(*f.at)))
		err = -EFAULT;
	kvfree(f.at);
	io->count = f.n;
	return err;
}

int kp_session_functions(struct kp_session *s, struct ktap_ioc_functions *io)
{
	char *name, *module = NULL;
	int err = prepare();

	if (err)
		return err;
	name = strndup_user(u64_to_user_ptr(io->name), KSYM_NAME_LEN);
	if (IS_ERR(name))
		return PTR_ERR(name);
	if (io->module)
		module = strndup_user(u64_to_user_ptr(io->module), MODULE_NAME_LEN);
	err = IS_ERR(module) ? PTR_ERR(module) : search(module, name, io);
	if (!IS_ERR(module))
		kfree(module);
	kfree(name);
	return err;
}
