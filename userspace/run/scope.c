// SPDX-License-Identifier: GPL-2.0
#include "run/scope.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <mntent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "util/arena.h"
#include "util/filesystem.h"
#include "util/text.h"

static int check_pids(const struct scope *scope, struct buf *why)
{
	if (scope->npids > KTAP_MAX_PIDS) {
		buf_printf(why, "%u processes to trace are too many: %u at most", scope->npids,
			   KTAP_MAX_PIDS);
		return -1;
	}
	for (unsigned int i = 0; i < scope->npids; i++)
		if (kill(scope->pids[i], 0) && errno == ESRCH) {
			buf_printf(why, "there is no process %u to trace", scope->pids[i]);
			return -1;
		}
	return 0;
}

static int apply_cpus(const struct scope *scope, uint32_t limit, struct scope_args *args,
		      struct ktap_ioc_load *load, struct buf *why)
{
	uint32_t len = (limit + 7) / 8;

	if (!scope->ncpus)
		return 0;
	args->cpus = xmalloc(len);
	memset(args->cpus, 0, len);
	for (unsigned int i = 0; i < scope->ncpus; i++) {
		uint32_t cpu = scope->cpus[i];

		if (cpu >= limit) {
			buf_printf(why, "there is no CPU %u: this machine has 0 to %u", cpu, limit - 1);
			return -1;
		}
		args->cpus[cpu / 8] |= 1 << cpu % 8;
	}
	load->cpus = (uintptr_t)args->cpus;
	load->cpus_len = len;
	return 0;
}

/* Where cgroups of version 2 are mounted; empty if nowhere. */
static void find_mount(char path[PATH_MAX])
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *m;

	*path = 0;
	while (mounts && !*path && (m = getmntent(mounts)))
		if (!strcmp(m->mnt_type, "cgroup2"))
			snprintf(path, PATH_MAX, "%s", m->mnt_dir);
	if (mounts)
		endmntent(mounts);
}

static int open_cgroup(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;

	if (fd < 0)
		return -errno;
	if (!fstatfs(fd, &fs) && fs.f_type == CGROUP2_SUPER_MAGIC)
		return fd;
	close(fd);
	return -EBADF;
}

static void explain_no_mount(struct buf *why)
{
	if (filesystem_is_known("cgroup2"))
		text_str(why, "--cgroup: no cgroups of version 2 are mounted: "
			 "mount -t cgroup2 cgroup2 /sys/fs/cgroup");
	else
		text_str(why, "--cgroup: this kernel has no CONFIG_CGROUPS");
}

/* As it stands, then below the mount. */
static int find_cgroup(const char *path, struct buf *why)
{
	char mount[PATH_MAX], full[2 * PATH_MAX];
	int fd = open_cgroup(path);

	if (fd >= 0)
		return fd;
	find_mount(mount);
	if (!*mount) {
		explain_no_mount(why);
		return -1;
	}
	snprintf(full, sizeof(full), "%s/%s", mount, path);
	fd = open_cgroup(full);
	if (fd < 0)
		buf_printf(why, "there is no cgroup '%s', neither by itself nor in %s", path, mount);
	return fd;
}

static int apply_cgroup(const struct scope *scope, struct scope_args *args,
			struct ktap_ioc_load *load, struct buf *why)
{
	if (!scope->cgroup)
		return 0;
	args->cgroup = find_cgroup(scope->cgroup, why);
	if (args->cgroup < 0)
		return -1;
	load->cgroup = args->cgroup;
	load->flags |= KTAP_LOAD_CGROUP;
	return 0;
}

int scope_apply(const struct scope *scope, uint32_t limit, struct scope_args *args,
		struct ktap_ioc_load *load, struct buf *why)
{
	*args = (struct scope_args){ .cgroup = -1 };
	load->npids = scope->npids;
	load->pids = (uintptr_t)scope->pids;
	if (scope->npids && scope->follow)
		load->flags |= KTAP_LOAD_FOLLOW;
	if (!check_pids(scope, why) && !apply_cpus(scope, limit, args, load, why) &&
	    !apply_cgroup(scope, args, load, why))
		return 0;
	scope_release(args);
	return -1;
}

void scope_release(struct scope_args *args)
{
	free(args->cpus);
	if (args->cgroup >= 0)
		close(args->cgroup);
	*args = (struct scope_args){ .cgroup = -1 };
}
