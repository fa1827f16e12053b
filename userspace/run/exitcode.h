/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exitcode.h - what the program ktap ends with.
 */
#ifndef RUN_EXITCODE_H
#define RUN_EXITCODE_H

enum ktap_exit {
	KTAP_EXIT_OK,
	KTAP_EXIT_SCRIPT,	/* the script, or an error while it ran */
	KTAP_EXIT_USAGE,
	KTAP_EXIT_LOAD,		/* it could not be loaded or attached */
	KTAP_EXIT_LOSS,		/* --strict, and something was lost */
};

#endif
