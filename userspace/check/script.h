/* SPDX-License-Identifier: GPL-2.0 */
/*
 * script.h - what the compiler is told about the script besides its text: its
 * name and arguments, and whom to ask about events.
 */
#ifndef KTAP_CHECK_SCRIPT_H
#define KTAP_CHECK_SCRIPT_H

/* What is wrong with an event; filled by the caller's check_event. */
struct ktap_event_problem {
	int field;		/* index of the field that the event lacks, -1: the event itself */
	unsigned int part;	/* of a field such as prev->comm: 0 is prev, 1 comm */
	char message[256];	/* one line, without newline */
	char hint[256];		/* "did you mean ...?", empty: none */
};

/*
 * Asked for every event that the program names literally. `spec` is the text
 * without its condition; `fields` are the names that its handler takes from
 * args, without repetition. 0: it can be traced.
 */
typedef int (*ktap_check_event_fn)(void *data, const char *spec,
				   const char *const *fields, unsigned int nfields,
				   struct ktap_event_problem *problem);

struct check_script {
	const char *name;		/* arg[0] */
	int argc;
	const char *const *argv;	/* argv[0] is $1 */
	ktap_check_event_fn check_event;	/* NULL: events are not checked */
	void *check_data;
};

#endif
