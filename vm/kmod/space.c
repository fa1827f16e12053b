// SPDX-License-Identifier: GPL-2.0
/*
 * space.c - the executable mappings of processes, listed by a worker.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "session.h"
#include "space.h"
#include "../compat/vma.h"
#include "../core/host.h"

#define SLOT_BITS	13
#define SLOTS		(1u << SLOT_BITS)
#define TRIES		64u		/* slots that are looked at for one number */
#define MAX_LIST	(64u << 10)	/* bytes of one space's listings */
#define MAX_BYTES	(32u << 20)	/* bytes of all */

/* --- in handlers --- */

/* A process's memory changes with exec alone, and no two processes begin at one time. */
static u64 current_space(void)
{
	return current->group_leader->start_time + current->self_exec_id;
}

static struct kp_space *find(struct kp_spaces *s, u64 id, bool make)
{
	u32 i, at = hash_64(id, SLOT_BITS);

	for (i = 0; i < TRIES; i++, at = (at + 1) % SLOTS) {
		u64 was = kp_read64(&s->slot[at].id);

		if (!was && make)
			was = cmpxchg64(&s->slot[at].id, 0, id) ?: id;
		if (was == id)
			return &s->slot[at];
		if (!was)
			return NULL;
	}
	return NULL;
}

/*
 * The current task holds its memory, so one more holder is safe to add. A list that
 * is asked for again and again, by a program that makes code as it runs, is made
 * ever more rarely.
 */
static void note(struct kp_session *s, struct kp_space *space)
{
	struct mm_struct *mm = current->mm;

	if (likely(READ_ONCE(space->exec_pages) == READ_ONCE(mm->exec_vm)) ||
	    time_before(jiffies, READ_ONCE(space->not_before)) ||
	    cmpxchg(&space->pending, 0, 1))
		return;
	mmget(mm);
	space->mm = mm;
	llist_add(&space->node, &s->spaces.pending);
	kp_host_kick(&s->vm);
}

u64 kp_space_note(struct kp_session *s)
{
	u64 id = current_space();
	struct kp_space *space;

	if (!s->spaces.slot)
		return id;
	space = find(&s->spaces, id, true);
	if (space)
		note(s, space);
	else
		atomic64_inc(&s->spaces.lost);
	return id;
}

const struct kp_space *kp_space_find(const struct kp_session *s, u64 id)
{
	return s->spaces.slot ? find((struct kp_spaces *)&s->spaces, id, false) : NULL;
}

static const struct kp_umap *search(const struct kp_umaps *maps, unsigned long at)
{
	u32 low = 0, high = maps->n;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (maps->at[middle].end <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < maps->n && maps->at[low].start <= at ? &maps->at[low] : NULL;
}

static struct kp_umap umap_of(const struct vm_area_struct *vma)
{
	struct kp_umap map = { .start = vma->vm_start, .end = vma->vm_end };

	if (vma->vm_file && vma->vm_flags & VM_EXEC) {
		map.to_file = ((unsigned long)vma->vm_pgoff << PAGE_SHIFT) - vma->vm_start;
		map.inode = file_inode(vma->vm_file);
	}
	return map;
}

/*
 * The mappings themselves, where looking at them harms nobody. Trying for the memory's
 * lock waits for nobody, and succeeds only while nobody changes the mappings, also not
 * this task half-way. Letting go of it may wake who waits, by locks of the lock's own
 * and of the scheduler: these are held with interrupts off alone, so a task that was
 * interrupted with them on holds none of them. Where locks sleep that is not so.
 */
static bool look_up(unsigned long at, struct kp_umap *map)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	if (IS_ENABLED(CONFIG_PREEMPT_RT) || !in_task() || irqs_disabled() || !mmap_read_trylock(mm))
		return false;
	vma = kp_find_vma(mm, at);
	if (vma && vma->vm_start <= at)
		*map = umap_of(vma);
	mmap_read_unlock(mm);
	return true;
}

/* A listing is true as long as there are as many executable pages; an older one is better than none. */
bool kp_space_find_map(const struct kp_space *space, unsigned long at, struct kp_umap *map)
{
	const struct kp_umaps *maps = space ? rcu_dereference_raw(space->maps) : NULL;
	bool is_true = maps && maps->exec_pages == READ_ONCE(current->mm->exec_vm);
	const struct kp_umap *found;

	memset(map, 0, sizeof(*map));
	if (!is_true && look_up(at, map))
		return true;
	found = maps ? search(maps, at) : NULL;
	if (found)
		*map = *found;
	return found || is_true;
}

/* --- in the worker --- */

#define MAX_UMAPS	1024u

/* A listing as it grows. */
struct listing {
	char *at;
	u32 bytes, room;
	u32 nmaps;
	struct kp_umap map[MAX_UMAPS];
	char path[PATH_MAX];
};

static const char *name_of(struct listing *l, struct vm_area_struct *vma)
{
	const char *name = NULL;

	if (vma->vm_file) {
		name = d_path(&vma->vm_file->f_path, l->path, sizeof(l->path));
		return IS_ERR(name) ? "" : name;
	}
	if (vma->vm_ops && vma->vm_ops->name)
		name = vma->vm_ops->name(vma);
	return name ?: "";
}

/* What does not fit is left out. */
static void add(struct listing *l, struct vm_area_struct *vma)
{
	const char *name = name_of(l, vma);
	u32 len = strlen(name) + 1, bytes = sizeof(struct ktap_map) + ALIGN(len, 8);
	struct ktap_map *m = (void *)(l->at + l->bytes);

	if (bytes > l->room - l->bytes)
		return;
	memset(m, 0, bytes);
	m->start = vma->vm_start;
	m->end = vma->vm_end;
	m->offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	m->bytes = bytes;
	if (vma->vm_file) {
		m->inode = file_inode(vma->vm_file)->i_ino;
		m->dev = new_encode_dev(file_inode(vma->vm_file)->i_sb->s_dev);
	}
	memcpy(m + 1, name, len);
	l->bytes += bytes;
}

/* What is in no file is left out of the map: it is not told of by any. */
static void add_map(struct listing *l, struct vm_area_struct *vma, struct kp_unwind *unwind)
{
	if (!vma->vm_file)
		return;
	kp_unwind_note(unwind, vma->vm_file);
	if (l->nmaps < MAX_UMAPS)
		l->map[l->nmaps++] = umap_of(vma);
}

/* The end of a mapping is below the next one's start, so this ends. */
static void list_mappings(struct listing *l, struct mm_struct *mm, struct kp_unwind *unwind)
{
	struct vm_area_struct *vma;
	unsigned long at = 0;

	mmap_read_lock(mm);
	while ((vma = find_vma(mm, at))) {
		if (vma->vm_flags & VM_EXEC) {
			add(l, vma);
			add_map(l, vma, unwind);
		}
		at = vma->vm_end;
	}
	mmap_read_unlock(mm);
}

static size_t umaps_bytes(const struct kp_umaps *maps)
{
	return maps ? struct_size(maps, at, maps->n) : 0;
}

/* Handlers may still be at the old ones. */
static void keep_maps(struct kp_spaces *s, struct kp_space *space, const struct listing *l,
		      unsigned long exec_pages)
{
	struct kp_umaps *old = rcu_dereference_raw(space->maps), *maps = NULL;
	size_t bytes = struct_size(maps, at, l->nmaps);

	if (s->bytes + bytes <= MAX_BYTES)
		maps = kvmalloc(bytes, GFP_KERNEL | __GFP_NOWARN);
	if (!maps) {
		atomic64_inc(&s->lost);
		return;
	}
	maps->exec_pages = exec_pages;
	maps->n = l->nmaps;
	memcpy(maps->at, l->map, l->nmaps * sizeof(*l->map));
	s->bytes += bytes - umaps_bytes(old);
	rcu_assign_pointer(space->maps, maps);
	if (old)
		kvfree_rcu(old, rcu);
}

/* Older listings stay while there is room: a library may have been unmapped since. */
static void keep(struct kp_spaces *s, struct kp_space *space, const struct listing *l)
{
	u32 old = space->bytes + l->bytes <= MAX_LIST ? space->bytes : 0;
	void *list = NULL;

	if (s->bytes + l->bytes <= MAX_BYTES)
		list = kvmalloc(old + l->bytes, GFP_KERNEL | __GFP_NOWARN);
	if (!list) {
		atomic64_inc(&s->lost);
		return;
	}
	memcpy(list, space->list, old);
	memcpy(list + old, l->at, l->bytes);
	kvfree(space->list);
	s->bytes += old + l->bytes - space->bytes;
	space->list = list;
	space->bytes = old + l->bytes;
}

static void list_space(struct kp_spaces *s, struct kp_space *space, struct listing *l)
{
	struct kp_session *session = container_of(s, struct kp_session, spaces);
	struct mm_struct *mm = space->mm;
	unsigned long exec_pages = READ_ONCE(mm->exec_vm);

	WRITE_ONCE(space->exec_pages, exec_pages);
	l->bytes = l->nmaps = 0;
	list_mappings(l, mm, &session->unwind);
	mmput(mm);
	mutex_lock(&s->lock);
	if (l->bytes) {
		keep(s, space, l);
		keep_maps(s, space, l, exec_pages);
	}
	mutex_unlock(&s->lock);
	WRITE_ONCE(space->not_before, jiffies + space->listings++ / 16);
	smp_store_release(&space->pending, 0);
}

static void give_up(struct kp_spaces *s, struct kp_space *space)
{
	atomic64_inc(&s->lost);
	mmput(space->mm);
	smp_store_release(&space->pending, 0);
}

static struct listing *new_listing(void)
{
	struct listing *l = kvmalloc(sizeof(*l) + MAX_LIST, GFP_KERNEL | __GFP_NOWARN);

	if (l) {
		l->at = (char *)(l + 1);
		l->room = MAX_LIST;
	}
	return l;
}

static void list_pending(struct work_struct *work)
{
	struct kp_spaces *s = container_of(work, struct kp_spaces, work);
	struct llist_node *node = llist_del_all(&s->pending);
	struct listing *l = node ? new_listing() : NULL;
	struct kp_space *space, *next;

	llist_for_each_entry_safe(space, next, node, node) {
		if (l)
			list_space(s, space, l);
		else
			give_up(s, space);
		cond_resched();
	}
	kvfree(l);
}

/* --- life --- */

void kp_spaces_prepare(struct kp_spaces *s)
{
	init_llist_head(&s->pending);
	INIT_WORK(&s->work, list_pending);
	mutex_init(&s->lock);
}

/* Of 32 bits jiffies are about to begin anew when the machine starts: 0 is later then. */
int kp_spaces_init(struct kp_spaces *s)
{
	u32 i;

	s->slot = kvcalloc(SLOTS, sizeof(*s->slot), GFP_KERNEL);
	for (i = 0; s->slot && i < SLOTS; i++)
		s->slot[i].not_before = jiffies;
	return s->slot ? 0 : -ENOMEM;
}

static void free_space(struct kp_space *space)
{
	kvfree(space->list);
	kvfree(rcu_dereference_raw(space->maps));
}

/*
 * Handlers are over, so nothing is added to `pending`; the kick that queues the work
 * is over too, and the work cancelled. What it has not come to is given back here.
 */
void kp_spaces_exit(struct kp_spaces *s)
{
	u32 i;

	if (!s->slot)
		return;
	list_pending(&s->work);
	for (i = 0; i < SLOTS; i++)
		if (s->slot[i].id)	/* somebody may trace kfree() */
			free_space(&s->slot[i]);
	kvfree(s->slot);
	s->slot = NULL;
}

/* --- for the reader --- */

/* What was noted before the call has been listed. */
static void settle(struct kp_session *s, const struct kp_space *space)
{
	if (!smp_load_acquire(&space->pending))
		return;
	irq_work_sync(&s->kick);
	flush_work(&s->spaces.work);
}

static int copy_list(struct kp_spaces *s, const struct kp_space *space, struct ktap_ioc_maps *io)
{
	u32 room = io->bytes;
	int err = 0;

	mutex_lock(&s->lock);
	io->bytes = space->bytes;
	io->listings = space->listings;
	if (room >= space->bytes && space->bytes &&
	    copy_to_user(u64_to_user_ptr(io->maps), space->list, space->bytes))
		err = -EFAULT;
	mutex_unlock(&s->lock);
	return err;
}

int kp_session_maps(struct kp_session *s, struct ktap_ioc_maps *io)
{
	struct kp_space *space;

	if (io->reserved || !io->space)
		return -EINVAL;
	io->lost = atomic64_read(&s->spaces.lost);
	space = READ_ONCE(s->vm_ready) && s->spaces.slot ? find(&s->spaces, io->space, false) : NULL;
	if (!space) {
		io->bytes = 0;
		io->listings = 0;
		return 0;
	}
	settle(s, space);
	return copy_list(&s->spaces, space, io);
}
