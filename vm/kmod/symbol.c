// SPDX-License-Identifier: GPL-2.0
/*
 * symbol.c - where the functions of a name are, and what an address is called.
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
#include "../core/wild.h"
#include "function.h"
#include "symbol.h"

#ifdef CONFIG_KALLSYMS

/* What is looked for, and where it goes: into the caller's memory, or, while that may not be touched, ours. */
struct search {
	const char *name;
	u32 len;		/* of the name */
	char __user *to;
	char *own;		/* NULL: the caller's */
	u32 room, bytes;
	bool in_text;		/* of the kernel's symbols, which come by address: these are code */
	int err;
};

static void put(struct search *f, u32 at, const void *from, u32 n)
{
	if (f->own)
		memcpy(f->own + at, from, n);
	else if (copy_to_user(f->to + at, from, n))
		f->err = -EFAULT;
}

static void add(struct search *f, unsigned long addr, const char *name, bool is_traced)
{
	static const char padding[8];
	u32 len = strlen(name) + 1;
	struct ktap_function head = {
		.address = addr, .bytes = ALIGN(sizeof(head) + len, 8), .is_traced = is_traced,
	};

	if (f->bytes + head.bytes <= f->room) {
		put(f, f->bytes, &head, sizeof(head));
		put(f, f->bytes + sizeof(head), name, len);
		put(f, f->bytes + sizeof(head) + len, padding, head.bytes - sizeof(head) - len);
	}
	f->bytes += head.bytes;
}

#define SPECIAL	"*?[\\"	/* in a pattern */

typedef int (*visit_fn)(void *data, unsigned long addr);
typedef int (*search_fn)(visit_fn visit, const char *name, void *data);
typedef int (*is_text_fn)(unsigned long addr);
typedef bool (*may_see_fn)(const struct cred *cred);
typedef struct module *(*module_fn)(const char *name);

#ifdef KP_LACKS_PLAIN_SYMBOLS
typedef int (*visit_any_fn)(void *data, const char *name, struct module *m, unsigned long addr);
#else
typedef int (*visit_any_fn)(void *data, const char *name, unsigned long addr);
#endif
typedef int (*search_all_fn)(visit_any_fn visit, void *data);

static int no_search(visit_fn visit, const char *name, void *data)
{
	return 0;
}

static int no_search_of_all(visit_any_fn visit, void *data)
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
DEFINE_STATIC_CALL(kp_search_all, no_search_of_all);
DEFINE_STATIC_CALL(kp_is_text, no_text);
DEFINE_STATIC_CALL(kp_may_see, nobody_may);
DEFINE_STATIC_CALL(kp_module_named, no_module);

static bool is_found, is_asked;

/* Patching the calls takes milliseconds, which no session is to wait for. */
void kp_symbol_init(void)
{
	unsigned long search = kp_host_symbol("kallsyms_on_each_match_symbol");
	unsigned long all = kp_host_symbol("kallsyms_on_each_symbol");
	unsigned long is_text = kp_host_symbol("core_kernel_text");
	unsigned long may_see = kp_host_symbol("kallsyms_show_value");
	unsigned long named = kp_host_symbol("find_module");

	if (!may_see)
		return;
	static_call_update(kp_may_see, (may_see_fn)may_see);
	is_asked = true;
	if (!search || !all || !is_text || !named)
		return;
	static_call_update(kp_search, (search_fn)search);
	static_call_update(kp_search_all, (search_all_fn)all);
	static_call_update(kp_is_text, (is_text_fn)is_text);
	static_call_update(kp_module_named, (module_fn)named);
	is_found = true;
}

/* 0; EOPNOTSUPP: nobody tells what the caller may see; EPERM: not this. */
static int allow(void)
{
	if (!is_asked)
		return -EOPNOTSUPP;
	return static_call(kp_may_see)(current_cred()) ? 0 : -EPERM;
}

/* The same; EOPNOTSUPP: this kernel has no such search. */
static int prepare(void)
{
	return is_found ? allow() : -EOPNOTSUPP;
}

static bool is_pattern(const struct search *f)
{
	return strpbrk(f->name, SPECIAL);
}

/* Most names differ from the pattern's first letter. */
static bool is_wanted(const struct search *f, const char *name)
{
	char first = *f->name;
	u64 work = 0;

	if (*name != first && !strchr(SPECIAL, first))
		return false;
	return kp_wild(f->name, f->len, name, strlen(name), &work);
}

static int visit(void *data, unsigned long addr)
{
	struct search *f = data;

	if (static_call(kp_is_text)(addr))
		add(f, addr, f->name, kp_ftrace_reaches(addr));
	return f->err;
}

#ifdef KP_LACKS_PLAIN_SYMBOLS
static int visit_any(void *data, const char *name, struct module *m, unsigned long addr)
#else
static int visit_any(void *data, const char *name, unsigned long addr)
#endif
{
	struct search *f = data;
	bool was = f->in_text;

	f->in_text = static_call(kp_is_text)(addr);
	if (f->in_text && is_wanted(f, name))
		add(f, addr, name, kp_ftrace_reaches(addr));
	return f->err || (was && !f->in_text);
}

static int search_kernel(struct search *f)
{
	if (is_pattern(f))
		static_call(kp_search_all)(visit_any, f);
	else
		static_call(kp_search)(visit, f->name, f);
	return f->err;
}

static void search_symbols(const struct mod_kallsyms *all, struct search *f)
{
	unsigned int i;

	for (i = 0; i < all->num_symtab; i++) {
		const char *name = all->strtab + all->symtab[i].st_name;

		if (strchr("tTwW", all->typetab[i]) && is_wanted(f, name))
			add(f, kallsyms_symbol_value(&all->symtab[i]), name, false);
	}
}

/* While this runs the module may go, but not what is read of it. */
static int look_into(const char *module, struct search *f)
{
	const struct module *m;

	rcu_read_lock();
	preempt_disable();
	m = static_call(kp_module_named)(module);
	if (m)
		search_symbols(rcu_dereference_sched(m->kallsyms), f);
	preempt_enable();
	rcu_read_unlock();
	return m ? 0 : -ENOENT;
}

static void mark_traced(struct search *f)
{
	struct ktap_function *at;
	u32 i;

	for (i = 0; i < min(f->bytes, f->room); i += at->bytes) {
		at = (struct ktap_function *)(f->own + i);
		if (!at->bytes)
			break;		/* what did not fit */
		at->is_traced = kp_ftrace_reaches(at->address);
	}
}

/* Once to know how much it is, and once more into as much memory. */
static int search_module(const char *module, struct search *f)
{
	struct search count = { .name = f->name, .len = f->len };
	int err = look_into(module, &count);

	f->room = min(f->room, count.bytes);
	if (err || !f->room) {
		f->bytes = count.bytes;
		return err;
	}
	f->own = kvzalloc(f->room, GFP_KERNEL);
	if (!f->own)
		return -ENOMEM;
	err = look_into(module, f);
	mark_traced(f);
	if (!err && copy_to_user(f->to, f->own, f->room))
		err = -EFAULT;
	kvfree(f->own);
	return err;
}

static int search(const char *module, const char *name, struct ktap_ioc_functions *io)
{
	struct search f = { .name = name, .len = strlen(name), .to = u64_to_user_ptr(io->functions),
			    .room = io->bytes };
	int err = module ? search_module(module, &f) : search_kernel(&f);

	io->bytes = f.bytes;
	return err;
}

/* An address that has no name is a number there. */
static int name_of(unsigned long address, struct ktap_ioc_symbol *io)
{
	char *text = kmalloc(KSYM_SYMBOL_LEN, GFP_KERNEL);
	u32 len, room = io->bytes;
	int err = 0;

	if (!text)
		return -ENOMEM;
	len = sprint_symbol(text, address) + 1;
	io->bytes = len;
	if (!strchr(text, '+'))
		err = -ENOENT;
	else if (copy_to_user(u64_to_user_ptr(io->text), text, min(len, room)))
		err = -EFAULT;
	kfree(text);
	return err;
}

#else

void kp_symbol_init(void)
{
}

static int allow(void)
{
	return -EOPNOTSUPP;
}

static int prepare(void)
{
	return -EOPNOTSUPP;
}

static int name_of(unsigned long address, struct ktap_ioc_symbol *io)
{
	return 0;
}

static int search(const char *module, const char *name, struct ktap_ioc_functions *io)
{
	return 0;
}

#endif

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

int kp_session_symbol(struct kp_session *s, struct ktap_ioc_symbol *io)
{
	int err = allow();

	if (err)
		return err;
	return io->address == (unsigned long)io->address ? name_of((unsigned long)io->address, io) : -ENOENT;
}
