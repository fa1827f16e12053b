// SPDX-License-Identifier: GPL-2.0
#include "run/child.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/signals.h"
#include "util/text.h"

#define GRACE_MS	2000

static bool is_program(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

/* Found as a shell would: here, so that the command's only exec is the one that succeeds. */
static int find_program(const char *name, char path[PATH_MAX], struct buf *why)
{
	const char *dir = getenv("PATH"), *end;

	if (strchr(name, '/')) {
		snprintf(path, PATH_MAX, "%s", name);
		if (is_program(path))
			return 0;
		buf_printf(why, "cannot run '%s': %s", name, access(name, X_OK) ? strerror(errno) : "it is no program");
		return -1;
	}
	for (dir = dir ? dir : "/usr/bin:/bin"; ; dir = end + 1) {
		end = strchrnul(dir, ':');
		if (snprintf(path, PATH_MAX, "%.*s/%s", (int)(end - dir), end > dir ? dir : ".", name) <
		    PATH_MAX && is_program(path))
			return 0;
		if (!*end)
			break;
	}
	buf_printf(why, "cannot run '%s': there is no such program", name);
	return -1;
}

/*
 * The signal is taken on the way out of the call that sends it, when the call
 * itself is over: what follows is the exec. PR_SET_PDEATHSIG: whatever ends the
 * tracer, nothing stays stopped.
 */
static void become(const char *path, const char *const *argv, pid_t parent)
{
	signals_restore();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	syscall(SYS_kill, getpid(), SIGSTOP);
	execvp(path, (char *const *)argv);
	fprintf(stderr, "ktap: cannot run '%s': %s\n", path, strerror(errno));
	_exit(127);
}

static int wait_until_stopped(struct child *c, const char *name, struct buf *why)
{
	int status = 0;

	while (waitpid(c->pid, &status, WUNTRACED) < 0)
		if (errno != EINTR)
			break;
	if (WIFSTOPPED(status))
		return 0;
	buf_printf(why, "cannot run '%s': it ended before it began", name);
	c->pid = 0;
	return -1;
}

int child_start(struct child *c, const char *const *argv, struct buf *why)
{
	char path[PATH_MAX];
	pid_t parent = getpid();

	*c = (struct child){ .ended = -1 };
	if (find_program(argv[0], path, why))
		return -1;
	fflush(NULL);
	c->pid = fork();
	if (!c->pid)
		become(path, argv, parent);
	if (c->pid > 0 && wait_until_stopped(c, argv[0], why))
		return -1;
	c->ended = c->pid > 0 ? (int)syscall(SYS_pidfd_open, c->pid, 0) : -1;
	c->path = text_dup(path);
	if (c->ended >= 0)
		return 0;
	buf_printf(why, "cannot run '%s': %s", argv[0], strerror(errno));
	child_end(c);
	return -1;
}

void child_go(struct child *c)
{
	c->begun = true;
	kill(c->pid, SIGCONT);
}

static void reap(struct child *c, int flags)
{
	int status;

	if (c->pid <= 0 || c->over || waitpid(c->pid, &status, flags) != c->pid)
		return;
	c->over = true;
	c->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool child_is_over(struct child *c)
{
	reap(c, WNOHANG);
	return c->over;
}

void child_end(struct child *c)
{
	struct pollfd p = { .fd = c->ended, .events = POLLIN };

	if (c->pid > 0 && !child_is_over(c)) {
		kill(c->pid, c->begun ? SIGTERM : SIGKILL);
		if (poll(&p, 1, GRACE_MS) <= 0)
			kill(c->pid, SIGKILL);
		reap(c, 0);
	}
	if (c->ended >= 0)
		close(c->ended);
	free(c->path);
	*c = (struct child){ .ended = -1, .over = c->over, .status = c->status };
}
