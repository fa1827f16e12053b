// SPDX-License-Identifier: GPL-2.0
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <ktap/limits.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/text.h"

#define MAX_CPU	65535
#define KINDS	"efm"	/* of -l */
#define SHELL	"*?[]{}()<>|&;$`'\"\\#~=%!\n"	/* letters for which a command needs a shell */

/* A number of bytes: digits, then k, M or G. */
static int read_size(const char *option, const char *text, uint64_t *bytes, struct buf *why)
{
	static const char units[] = "kMG";
	char *end;
	unsigned long long n;
	const char *unit;
	unsigned int shift;

	errno = 0;
	n = strtoull(text, &end, 0);
	unit = *end ? strchr(units, *end == 'K' ? 'k' : *end == 'm' ? 'M' : *end == 'g' ? 'G' : *end) : NULL;
	shift = unit ? 10 * (unit - units + 1) : 0;
	if (end == text || errno || *text == '-' || !n || end[unit != NULL] || n > UINT64_MAX >> shift) {
		buf_printf(why, "%s: '%s' is no size: write a number of bytes, or 64k, 2M, 1G", option, text);
		return -1;
	}
	*bytes = (uint64_t)n << shift;
	return 0;
}

static int read_string_size(const char *text, uint32_t *bytes, struct buf *why)
{
	uint64_t n;

	if (read_size("--string", text, &n, why))
		return -1;
	if (n > KTAP_MAX_STRING) {
		buf_printf(why, "--string: strings have at most %u bytes", KTAP_MAX_STRING);
		return -1;
	}
	*bytes = n;
	return 0;
}

static int read_max_cpu(const char *text, uint32_t *percent, struct buf *why)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (end == text || *end || *text == '-' || n > 100) {
		buf_printf(why, "--max-cpu: '%s' is no percentage: write 1 to 100, or 0 for all", text);
		return -1;
	}
	*percent = n ? n : 100;
	return 0;
}

static int read_numbers(const char *option, struct numbers *out, uint32_t least, uint32_t most,
			struct buf *why)
{
	return numbers_parse(option, optarg, least, most, out, why);
}

/* -l, or with what is to be listed, -le. */
static int read_list(const char *kind, struct options *o, struct buf *why)
{
	o->mode = MODE_LIST;
	o->list.kind = kind ? *kind : 0;
	if (!kind || (strchr(KINDS, *kind) && !kind[1]))
		return 0;
	buf_printf(why, "-l%s: the lists are -l, -le, -lf, -lm; a glob stands apart: -l 'sched:*'", kind);
	return -1;
}

static int read_option(int c, struct options *o, struct buf *why)
{
	switch (c) {
	case 'e': o->text = optarg; return 0;
	case 'o': o->output = optarg; return 0;
	case 'p': return read_numbers("-p", &o->pids, 1, INT_MAX, why);
	case 'f': o->run.scope.follow = true; return 0;
	case 'C': return read_numbers("-C", &o->cpus, 0, MAX_CPU, why);
	case 'c': o->command_text = optarg; return 0;
	case 'a': o->run.everything = true; return 0;
	case OPT_CGROUP: o->run.scope.cgroup = optarg; return 0;
	case 'T': o->run.stamps = true; return 0;
	case 'q': o->run.quiet = true; return 0;
	case 'v': o->run.verbose = true; return 0;
	case 'b': o->mode = MODE_DISASSEMBLE; return 0;
	case 'l': return read_list(optarg, o, why);
	case 'h': o->mode = MODE_HELP; return 0;
	case OPT_JSON: o->run.json = true; return 0;
	case OPT_STRICT: o->run.strict = true; return 0;
	case OPT_NO_JIT: o->run.no_jit = true; return 0;
	case OPT_WAIT: o->run.wait = true; return 0;
	case OPT_RING: return read_size("--ring", optarg, &o->run.ring_bytes, why);
	case OPT_MEM: return read_size("--mem", optarg, &o->run.mem_bytes, why);
	case OPT_STRING: return read_string_size(optarg, &o->run.string_bytes, why);
	case OPT_MAX_CPU: return read_max_cpu(optarg, &o->run.max_cpu, why);
	case OPT_CHECK: o->mode = MODE_CHECK; return 0;
	case OPT_EMIT: o->mode = MODE_SAVE; o->save_as = optarg; return 0;
	case OPT_VERSION: o->mode = MODE_VERSION; return 0;
	case OPT_DESCRIBE: o->mode = MODE_DESCRIBE; return 0;
	case OPT_RAW: o->run.raw = true; return 0;
	case OPT_RENDER: o->mode = MODE_RENDER; o->stream = optarg; return 0;
	case OPT_TARGET: o->target = optarg; return 0;
	default: return -1;
	}
}

static int complain(char **argv, int c, struct buf *why)
{
	const char *word = argv[optind - 1];

	if (c == ':' && optopt < 256)
		buf_printf(why, "-%c needs a value", optopt);
	else if (c == ':')
		buf_printf(why, "%s needs a value", word);
	else if (optopt && optopt < 256)
		buf_printf(why, "there is no option -%c", optopt);
	else
		buf_printf(why, "there is no option %s, or it takes no value", word);
	return -1;
}

/* Where getopt stopped at a "--" that is no option's value, it has passed it. */
static int stopped_at(char **argv)
{
	const char *last = argv[optind - 1];

	return optind > 1 && !strcmp(last, "--") && last != optarg ? optind - 1 : optind;
}

static int take_script(struct options *o, int argc, char **argv, struct buf *why)
{
	int at = o->text ? stopped_at(argv) : optind, end;

	if (!o->text) {
		if (at == argc) {
			text_str(why, options_nothing);
			return -1;
		}
		o->script = argv[at++];
	}
	for (end = at; end < argc && strcmp(argv[end], "--"); end++)
		;
	o->argc = end - at;
	o->argv = (const char *const *)argv + at;
	if (end < argc)
		o->run.command = (const char *const *)argv + end + 1;
	return 0;
}

/* Words, or if it is more than words, a shell's work. The copies live as long as the program. */
static const char *const *split_command(const char *text)
{
	LIST(char *) words = { 0 };
	char *copy = text_dup(text), *rest = copy, *word;

	if (strpbrk(text, SHELL)) {
		*list_push(&words) = text_dup("/bin/sh");
		*list_push(&words) = text_dup("-c");
		*list_push(&words) = copy;
	} else {
		while ((word = strsep(&rest, " \t")))
			if (*word)
				*list_push(&words) = word;
	}
	*list_push(&words) = NULL;
	return (const char *const *)words.at;
}

static int take_command(struct options *o, struct buf *why)
{
	if (o->command_text && o->run.command)
		text_str(why, "-c and -- both name a command: one is traced");
	else if (o->command_text)
		o->run.command = split_command(o->command_text);
	if (o->run.command && !o->run.command[0])
		text_str(why, "the command to trace is empty");
	else if (o->run.everything && !o->run.command)
		text_str(why, "-a needs a command: -c COMMAND");
	else if (o->run.scope.follow && !o->pids.n)
		text_str(why, "-f needs processes to follow: -p PID");
	return why->len ? -1 : 0;
}

static int take_glob(struct options *o, int argc, char **argv, struct buf *why)
{
	if (optind < argc)
		o->list.glob = argv[optind++];
	if (optind == argc)
		return 0;
	buf_printf(why, "-l takes one glob, in quotes: '%s' is one too many", argv[optind]);
	return -1;
}

static int take_nothing(int argc, char **argv, struct buf *why)
{
	if (optind == argc)
		return 0;
	buf_printf(why, "--render takes one stream: '%s' is one too many", argv[optind]);
	return -1;
}

static int take_rest(struct options *o, int argc, char **argv, struct buf *why)
{
	o->run.scope.pids = o->pids.at;
	o->run.scope.npids = o->pids.n;
	o->run.scope.cpus = o->cpus.at;
	o->run.scope.ncpus = o->cpus.n;
	if (o->target && o->mode == MODE_RUN)
		o->mode = MODE_CHECK;
	return take_script(o, argc, argv, why) ? -1 : take_command(o, why);
}

/* Options end at the script: what follows is the script's own, up to "--". */
int options_read(int argc, char **argv, struct options *o, struct buf *why)
{
	int c;

	*o = (struct options){ 0 };
	opterr = 0;
	while ((c = getopt_long(argc, argv, options_short, options_long, NULL)) != -1) {
		if (c == '?' || c == ':')
			return complain(argv, c, why);
		if (read_option(c, o, why))
			return -1;
	}
	if (o->mode == MODE_HELP || o->mode == MODE_VERSION || o->mode == MODE_DESCRIBE)
		return 0;
	if (o->mode == MODE_RENDER)
		return take_nothing(argc, argv, why);
	if (o->mode == MODE_LIST)
		return take_glob(o, argc, argv, why);
	return take_rest(o, argc, argv, why);
}
