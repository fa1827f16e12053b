// SPDX-License-Identifier: GPL-2.0
/*
 * relay.c - rings: making, mapping, waking, waiting.
 */
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched/signal.h>
#include <linux/vmalloc.h>

#include "context.h"
#include "relay.h"

#define WAIT_MS	5

static void wake_readers(struct irq_work *work)
{
	wake_up_interruptible_all(&container_of(work, struct kp_relay, wake)->readers);
}

void kp_relay_init(struct kp_relay *r)
{
	init_waitqueue_head(&r->readers);
	init_waitqueue_head(&r->room);
	init_irq_work(&r->wake, wake_readers);
}

static void free_rings(struct kp_ring __percpu *ring)
{
	int cpu;

	for_each_possible_cpu(cpu)
		vfree(per_cpu_ptr(ring, cpu)->page);
	free_percpu(ring);
}

void kp_relay_exit(struct kp_relay *r)
{
	irq_work_sync(&r->wake);
	if (r->ring)
		free_rings(r->ring);
	r->ring = NULL;
}

int kp_relay_open(struct kp_relay *r, u32 size)
{
	struct kp_ring __percpu *ring = alloc_percpu(struct kp_ring);
	int cpu;

	if (!ring)
		return -ENOMEM;
	r->ring_bytes = KTAP_RING_CTL + size;
	for_each_possible_cpu(cpu) {
		void *mem = vmalloc_user(r->ring_bytes);

		if (!mem) {
			free_rings(ring);
			return -ENOMEM;
		}
		kp_ring_init(per_cpu_ptr(ring, cpu), mem, size);
		per_cpu_ptr(ring, cpu)->told = &r->told;
	}
	smp_store_release(&r->ring, ring);
	return 0;
}

/* Takes no lock: the caller holds mmap_lock, which session locks stand above. */
int kp_relay_mmap(struct kp_relay *r, struct vm_area_struct *vma)
{
	struct kp_ring __percpu *ring = smp_load_acquire(&r->ring);
	u64 offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	u64 cpu = offset / KTAP_RING_STRIDE;

	if (!ring)
		return -EBUSY;
	if (offset % KTAP_RING_STRIDE || cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return -ENXIO;
	if (!(vma->vm_flags & VM_SHARED) || vma->vm_flags & VM_EXEC ||
	    vma->vm_end - vma->vm_start != PAGE_ALIGN(r->ring_bytes))
		return -EINVAL;
	vm_flags_set(vma, VM_DONTCOPY);
	vm_flags_clear(vma, VM_MAYEXEC);
	return remap_vmalloc_range(vma, per_cpu_ptr(ring, cpu)->page, 0);
}

static void set_threshold(struct kp_relay *r, bool any)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct kp_ring *ring = per_cpu_ptr(r->ring, cpu);

		WRITE_ONCE(ring->tell_at, any ? 1 : ring->size / 2);
	}
}

static void look_again(struct kp_relay *r)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kp_ring_look_again(per_cpu_ptr(r->ring, cpu));
}

static bool is_reached(const struct kp_relay *r)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct kp_ring *ring = per_cpu_ptr(r->ring, cpu);

		if (kp_ring_used(ring) >= READ_ONCE(ring->tell_at))
			return true;
	}
	return false;
}

/*
 * The reader looks: clears `told`, then reads the heads. A writer publishes its
 * head, then reads `told` (kp_relay_wake). With the barriers between, either the
 * reader sees the record or the writer sees that it must wake. Of any record a reader
 * may hear late, when it looks by itself: a writer takes its space, and sees whether it is
 * to tell, before there is anything to see.
 */
bool kp_relay_readable(struct kp_relay *r, bool any)
{
	if (!smp_load_acquire(&r->ring))
		return false;
	set_threshold(r, any);
	WRITE_ONCE(r->told, 0);
	smp_wmb();
	look_again(r);
	smp_mb();
	if (atomic_read(&r->waiting)) {
		wake_up_all(&r->room);
		return true;
	}
	return is_reached(r);
}

void kp_relay_wake(struct kp_relay *r)
{
	u8 was;

	smp_mb();
	if (READ_ONCE(r->told))
		return;
	WRITE_ONCE(r->told, 1);
	was = kp_context_shut();
	irq_work_queue(&r->wake);
	kp_context_open(was);
}

/* Room here, or none ever: an empty ring that does not take it. Looks at the CPU it is on. */
static bool settled(struct kp_relay *r, u32 len)
{
	const struct kp_ring *ring;
	bool yes;

	preempt_disable_notrace();
	ring = raw_cpu_ptr(r->ring);
	yes = kp_ring_fits(ring, len) || !kp_ring_used(ring);
	preempt_enable_notrace();
	return yes;
}

bool kp_relay_wait(struct kp_relay *r, u32 len)
{
	const struct kp_ring *ring = raw_cpu_ptr(r->ring);

	if (signal_pending(current) || len > ring->size || !kp_ring_used(ring))
		return false;
	atomic_inc(&r->waiting);
	kp_relay_wake(r);
	wait_event_interruptible_timeout(r->room, settled(r, len), msecs_to_jiffies(WAIT_MS));
	atomic_dec(&r->waiting);
	return !signal_pending(current);
}

void kp_relay_totals(const struct kp_relay *r, struct kp_relay_totals *t)
{
	int cpu;

	memset(t, 0, sizeof(*t));
	if (!r->ring)
		return;
	for_each_possible_cpu(cpu) {
		const struct kp_ring *ring = per_cpu_ptr(r->ring, cpu);

		t->emitted += kp_read64(&ring->emitted);
		t->delivered += kp_read64(&ring->delivered);
		t->dropped += kp_read64(&ring->dropped);
	}
}
