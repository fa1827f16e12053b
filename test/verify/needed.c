// SPDX-License-Identifier: GPL-2.0
/*
 * needed.c - whether a test sees it when a check of loader or verifier is left out. The
 * sources are built so that each place that refuses asks kp_pardon() first (Makefile).
 * Pardoned one after the other, each must make some case of case/ come out otherwise:
 * accepted, refused for another reason, or not coming back in one piece.
 *
 *   needed FOLDER < the places, FILE:LINE each
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tool/tap.h"
#include "cases.h"
#include "program.h"

#define MAX_PLACES	200
#define SLOW		10	/* seconds */

static struct place { char name[64]; bool reached, needed; } place[MAX_PLACES];
static unsigned int places;
static const char *pardoned;	/* a place, NULL: none */
static struct place *asked;	/* the last that refused */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static struct place *find(const char *file, int line)
{
	char name[64];
	unsigned int i;

	snprintf(name, sizeof(name), "%s:%d", base_name(file), line);
	for (i = 0; i < places; i++)
		if (!strcmp(place[i].name, name))
			return &place[i];
	printf("# nobody told of %s\n", name);
	exit(2);
}

int kp_pardon(const char *file, int line)
{
	struct place *p = find(file, line);

	asked = p;
	return pardoned == p->name;
}

/* In a process of its own: what follows an error that is passed over may be anything. */
static bool comes_out_as(const struct verify_case *c, const char *want)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		struct ktap_error_info err;

		alarm(SLOW);
		fclose(stderr);
		if (load_program(c->image, c->len, &err))
			_exit(1);
		_exit(strcmp(error_text(&err), want) != 0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void try_case(const struct verify_case *c)
{
	struct ktap_error_info err;
	char want[128];
	struct place *p;

	if (!c->error)
		return;
	asked = NULL;
	pardoned = NULL;
	kp_prog_free(load_program(c->image, c->len, &err));
	snprintf(want, sizeof(want), "%s", error_text(&err));
	p = asked;
	if (!p)
		return;
	p->reached = true;
	if (p->needed)
		return;
	pardoned = p->name;
	p->needed = !comes_out_as(c, want);
}

static void read_places(void)
{
	while (places < MAX_PLACES && scanf("%63s", place[places].name) == 1)
		places++;
}

int main(int argc, char **argv)
{
	unsigned int i;

	read_places();
	for_each_case(argc > 1 ? argv[1] : "test/verify/case", try_case);
	for (i = 0; i < places; i++)
		ok(place[i].needed, "%s is missed%s", place[i].name, place[i].reached ? "" : " (no case reaches it)");
	return tap_done();
}
