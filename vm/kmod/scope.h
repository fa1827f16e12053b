/* SPDX-License-Identifier: GPL-2.0 */
/*
 * scope.h - which events a session sees: those of some processes, of a cgroup, on
 * some CPUs. Set when the program is loaded; what is outside is skipped before
 * anything is done for it.
 *
 * Processes are a bit each, by the number they have in the initial namespace: a
 * test costs the same for one and for thousands, and a set that grows as they fork
 * can neither be full nor need a lock.
 */
#ifndef KP_SCOPE_H
#define KP_SCOPE_H

#include <linux/cpumask.h>
#include <linux/types.h>

struct cgroup;
struct kp_attached;
struct ktap_ioc_load;

/* All zeros: everything. */
struct kp_scope {
	unsigned long *procs;		/* bits by tgid; NULL: all processes */
	struct cpumask *cpus;		/* NULL: all */
	struct cgroup *cgroup;		/* NULL: any */
	pid_t only;			/* the process, where there is one and will be no other; else 0 */
	bool watching, following;	/* ends, forks are watched */
};

/* Process context. 0, or a negative errno and nothing to undo. */
int kp_scope_init(struct kp_scope *sc, const struct ktap_ioc_load *io);

/* Process context, when no handler runs any more. */
void kp_scope_exit(struct kp_scope *sc);

static inline bool kp_scope_is_all(const struct kp_scope *sc)
{
	return !sc->procs && !sc->cpus && !sc->cgroup;
}

static inline bool kp_scope_has_cpu(const struct kp_scope *sc, unsigned int cpu)
{
	return !sc->cpus || cpumask_test_cpu(cpu, sc->cpus);
}

#endif
