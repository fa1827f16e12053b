// SPDX-License-Identifier: GPL-2.0
/*
 * changes.c - one notifier counts the modules that are loaded, for all sessions; who
 * waits for any change is woken by each. It was registered after the kernel's own
 * notifiers and is called behind them: the module's events are in tracefs then, and
 * its code has not begun to run.
 */
#include <linux/module.h>
#include <linux/notifier.h>

#include "changes.h"
#include "session.h"

static atomic_t loads;
static DECLARE_WAIT_QUEUE_HEAD(waiting);

static int notified(struct notifier_block *nb, unsigned long what, void *module)
{
	if (what == MODULE_STATE_COMING) {
		atomic_inc(&loads);
		wake_up_interruptible(&waiting);
	}
	return NOTIFY_OK;
}

static struct notifier_block notifier = { .notifier_call = notified };

int kp_changes_init(void)
{
	return register_module_notifier(&notifier);
}

void kp_changes_exit(void)
{
	unregister_module_notifier(&notifier);
}

void kp_changes_begin(struct kp_changes *c)
{
	c->loads = atomic_read(&loads);
}

void kp_changes_gone(struct kp_changes *c, u32 probe)
{
	set_bit(probe, c->gone);
	smp_mb__after_atomic();		/* take() finds the bit that is counted */
	atomic_inc(&c->ngone);
	wake_up_interruptible(&waiting);
}

bool kp_changes_any(const struct kp_changes *c)
{
	return atomic_read(&c->ngone) || READ_ONCE(c->loads) != atomic_read(&loads);
}

void kp_changes_wait(struct file *file, poll_table *wait)
{
	poll_wait(file, &waiting, wait);
}

/* What is gone first: it may be among what came. Called under the lock, so a bit is taken once. */
static int take(struct kp_changes *c, u32 *probe)
{
	int now = atomic_read(&loads);

	*probe = KTAP_PROBE_NONE;
	if (atomic_read_acquire(&c->ngone)) {
		*probe = find_first_bit(c->gone, KTAP_MAX_PROBES);
		clear_bit(*probe, c->gone);
		atomic_dec(&c->ngone);
		return 0;
	}
	if (c->loads == now)
		return -ENOENT;
	WRITE_ONCE(c->loads, now);
	return 0;
}

int kp_session_changed(struct kp_session *s, struct ktap_ioc_changed *io)
{
	int err;

	mutex_lock(&s->lock);
	err = take(&s->changes, &io->probe);
	mutex_unlock(&s->lock);
	return err;
}
