// SPDX-License-Identifier: GPL-2.0
/*
 * control.c - /dev/ktap: who may open it, and the decoding of its calls.
 *
 * Every argument begins with its size; copy_struct_from_user() lets both sides
 * grow: what a smaller caller does not have counts as zero, what a larger one
 * has beyond ours must be zero.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/security.h>
#include <linux/uaccess.h>

#include "control.h"
#include "session.h"
#include "symbol.h"
#include <ktap/image.h>
#include <ktap/version.h>

static int info(struct kp_session *s, struct ktap_ioc_info *io)
{
	io->abi = KTAP_ABI_VERSION;
	io->image_version = KTAP_IMAGE_VERSION;
	io->ncpus = nr_cpu_ids;
	io->features = KTAP_FEATURES_KNOWN;
	strscpy(io->version, KTAP_VERSION, sizeof(io->version));
	return 0;
}

/*
 * The calls with an argument. _(NR, struct, size in version 1, function). The
 * argument goes back also where the call fails by a reason that it holds.
 */
#define CALLS(_) \
	_(KTAP_IOC_INFO,	ktap_ioc_info,		56, info) \
	_(KTAP_IOC_LOAD,	ktap_ioc_load,		96, kp_session_load) \
	_(KTAP_IOC_RUN,		ktap_ioc_run,		40, kp_session_run) \
	_(KTAP_IOC_ATTACH,	ktap_ioc_attach,	24, kp_session_attach) \
	_(KTAP_IOC_STATS,	ktap_ioc_stats,		88, kp_session_stats) \
	_(KTAP_IOC_PROBES,	ktap_ioc_probe_stats,	24, kp_session_probes) \
	_(KTAP_IOC_ERRORS,	ktap_ioc_errors,	24, kp_session_errors) \
	_(KTAP_IOC_TELL,	ktap_ioc_tell,		16, kp_session_tell) \
	_(KTAP_IOC_MAPS,	ktap_ioc_maps,		40, kp_session_maps) \
	_(KTAP_IOC_UNWIND,	ktap_ioc_unwind,	24, kp_session_unwind) \
	_(KTAP_IOC_UNREAD,	ktap_ioc_unread,	8, kp_session_unread) \
	_(KTAP_IOC_CHANGED,	ktap_ioc_changed,	8, kp_session_changed) \
	_(KTAP_IOC_FUNCTIONS,	ktap_ioc_functions,	32, kp_session_functions) \
	_(KTAP_IOC_SYMBOL,	ktap_ioc_symbol,	24, kp_session_symbol)

union argument {
	u32 size;
#define _(nr, type, v1, fn) struct type fn##_arg;
	CALLS(_)
#undef _
};

struct call {
	unsigned int nr;
	size_t size, v1;
	int (*fn)(struct kp_session *s, void *arg);
};

/* Each with a type of its own, called through one type. */
#define _(nr, type, v1, fn) \
	static int call_##type(struct kp_session *s, void *arg) { return fn(s, arg); } \
	_Static_assert(sizeof(struct type) >= (v1), #type);
CALLS(_)
#undef _

static const struct call calls[] = {
#define _(nr, type, v1, fn) { _IOC_NR(nr), sizeof(struct type), v1, call_##type },
	CALLS(_)
#undef _
};

static int do_call(const struct call *c, struct kp_session *s, void __user *user)
{
	union argument arg;
	u32 size;
	int err;

	if (get_user(size, (u32 __user *)user))
		return -EFAULT;
	if (size < c->v1)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	memset(&arg, 0, sizeof(arg));
	err = copy_struct_from_user(&arg, c->size, user, size);
	if (err)
		return err;
	err = c->fn(s, &arg);
	if (err && err != -EBADMSG)
		return err;
	arg.size = size;
	if (copy_to_user(user, &arg, min_t(size_t, size, c->size)))
		return -EFAULT;
	return err;
}

/* The size in the number is the caller's, so the number's other parts decide. */
static long ktap_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct kp_session *s = file->private_data;
	size_t i;

	if (_IOC_TYPE(cmd) != KTAP_IOC_MAGIC)
		return -ENOTTY;
	if (cmd == KTAP_IOC_STOP)
		return kp_session_stop(s);
	if (_IOC_DIR(cmd) != (_IOC_READ | _IOC_WRITE))
		return -ENOTTY;
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].nr == _IOC_NR(cmd))
			return do_call(&calls[i], s, (void __user *)arg);
	return -ENOTTY;
}

static int ktap_open(struct inode *inode, struct file *file)
{
	struct kp_session *s;
	int err;

	if (!perfmon_capable())
		return -EPERM;
	err = security_locked_down(LOCKDOWN_BPF_READ_KERNEL);
	if (err)
		return err;
	s = kp_session_new();
	if (IS_ERR(s))
		return PTR_ERR(s);
	file->private_data = s;
	return nonseekable_open(inode, file);
}

/* The last reference: descriptors and mappings are gone, whoever held them. */
static int ktap_release(struct inode *inode, struct file *file)
{
	kp_session_free(file->private_data);
	return 0;
}

static int ktap_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct kp_session *s = file->private_data;

	return kp_relay_mmap(&s->relay, vma);
}

static __poll_t ktap_poll(struct file *file, poll_table *wait)
{
	struct kp_session *s = file->private_data;
	__poll_t wanted = poll_requested_events(wait), events = 0;

	if (wanted & (EPOLLIN | EPOLLRDNORM)) {
		poll_wait(file, &s->relay.readers, wait);
		if (kp_relay_readable(&s->relay, wanted & EPOLLRDNORM))
			events |= EPOLLIN | EPOLLRDNORM;
	}
	if (wanted & EPOLLPRI) {
		poll_wait(file, &s->unwind.waiting, wait);
		if (kp_unwind_has_unread(&s->unwind))
			events |= EPOLLPRI;
	}
	if (wanted & EPOLLRDBAND) {
		kp_changes_wait(file, wait);
		if (kp_changes_any(&s->changes))
			events |= EPOLLRDBAND;
	}
	if (kp_session_over(s))
		events |= EPOLLHUP;
	return events;
}

static const struct file_operations ktap_fops = {
	.owner		= THIS_MODULE,
	.open		= ktap_open,
	.release	= ktap_release,
	.unlocked_ioctl	= ktap_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.mmap		= ktap_mmap,
	.poll		= ktap_poll,
	.llseek		= noop_llseek,
};

static struct miscdevice ktap_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "ktap",
	.fops	= &ktap_fops,
	.mode	= 0600,
};

int kp_control_init(void)
{
	return misc_register(&ktap_device);
}

void kp_control_exit(void)
{
	misc_deregister(&ktap_device);
}
