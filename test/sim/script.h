/* SPDX-License-Identifier: GPL-2.0 */
/*
 * script.h - a script on the userspace host whose handlers the test fires, with its
 * output as text.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "lib/compile.h"
#include "output/print.h"
#include "../../vm/sim/sim.h"
#include "../tool/tap.h"

#define SCRIPT_HANDLERS	16
#define SCRIPT_SEED	7	/* of hashes: names of probes are made with it */

struct script {
	struct ktap_image_buf image;
	struct image names;
	struct kp_prog *prog;
	struct kp_sim sim;
	struct ktap_printer printer;
	char *out;
	size_t out_len;
	FILE *out_file;
	struct kp_closure *handler[SCRIPT_HANDLERS];	/* in the order of trace statements */
	u32 nhandlers;
	enum kp_run main_run;
};

/* Compiles, verifies, runs the main chunk; exits where the script does not compile. */
void script_open(struct script *s, const char *text, const struct kp_opts *opts);

/* Runs the trace_end functions; `out` is complete then. */
void script_end(struct script *s);
void script_close(struct script *s);

/* Gives a probe the fields that the script refers to, by its arguments. */
void script_resolve(struct script *s, struct kp_probe *p);

/* Fires handler n. */
bool script_fire(struct script *s, u32 n, struct kp_event *ev);

/* Whether the output is exactly this. */
void script_printed(struct script *s, const char *want, const char *name);

#endif
