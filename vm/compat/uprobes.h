/* SPDX-License-Identifier: GPL-2.0 */
/*
 * uprobes.h - <linux/uprobes.h> as the newest kernel has it: a registered probe is
 * a thing of its own, and letting go of many needs one wait only.
 *
 *   KP_UPROBE_DATA         last parameter of the handlers, where there is one
 *   KP_UPROBE_FILTER_CTX   parameter of the filter, where there is one
 */
#ifndef KP_COMPAT_UPROBES_H
#define KP_COMPAT_UPROBES_H

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/uprobes.h>

#ifdef KP_LACKS_UPROBE_DATA
#define KP_UPROBE_DATA
#else
#define KP_UPROBE_DATA		, __u64 *data
#endif

#ifdef KP_LACKS_UPROBE_PLAIN_FILTER
#define KP_UPROBE_FILTER_CTX	enum uprobe_filter_ctx ctx,
#else
#define KP_UPROBE_FILTER_CTX
#endif

/* Unregistering waits for the handlers of each probe by itself: they hold a lock that it takes. */
#ifdef KP_LACKS_UPROBE_UNREGISTER_NOSYNC
struct kp_uprobe {
	struct inode *inode;
	loff_t offset;
};

static inline struct kp_uprobe *kp_uprobe_register(struct inode *inode, loff_t offset, loff_t ref_ctr,
						   struct uprobe_consumer *uc)
{
	struct kp_uprobe *u = kmalloc(sizeof(*u), GFP_KERNEL);
	int err;

	if (!u)
		return ERR_PTR(-ENOMEM);
	*u = (struct kp_uprobe){ inode, offset };
	err = ref_ctr ? uprobe_register_refctr(inode, offset, ref_ctr, uc) : uprobe_register(inode, offset, uc);
	if (!err)
		return u;
	kfree(u);
	return ERR_PTR(err);
}

static inline void uprobe_unregister_nosync(struct kp_uprobe *u, struct uprobe_consumer *uc)
{
	uprobe_unregister(u->inode, u->offset, uc);
	kfree(u);
}

static inline void uprobe_unregister_sync(void)
{
}

#define uprobe			kp_uprobe
#define uprobe_register		kp_uprobe_register
#endif

#endif
