/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vma.h - the mapping at an address, or the next one above it, for a handler that holds
 * the memory's lock for reading. Where mappings are in a red-black tree find_vma()
 * changes a cache in the task, and what the handler interrupted may be at that.
 */
#ifndef KP_COMPAT_VMA_H
#define KP_COMPAT_VMA_H

#include <linux/mm.h>

#ifdef KP_LACKS_MM_MT
static inline struct vm_area_struct *kp_find_vma(struct mm_struct *mm, unsigned long at)
{
	struct rb_node *node = mm->mm_rb.rb_node;
	struct vm_area_struct *found = NULL;

	while (node) {
		struct vm_area_struct *vma = rb_entry(node, struct vm_area_struct, vm_rb);

		if (vma->vm_end > at)
			found = vma;
		node = vma->vm_end > at ? node->rb_left : node->rb_right;
	}
	return found;
}
#else
#define kp_find_vma(mm, at)	find_vma(mm, at)
#endif

#endif
