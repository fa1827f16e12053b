// SPDX-License-Identifier: GPL-2.0
#include "event/counter.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ktap/limits.h>

#include "event/glob.h"
#include "event/making.h"
#include "util/text.h"

#define HARDWARE	"hardware:"
#define SOFTWARE	"software:"

struct counter {
	const char *name;
	__u32 type;
	__u64 config;
	uint64_t usual;		/* a period that suits it */
};

#define HW(name, config)	{ name, PERF_TYPE_HARDWARE, PERF_COUNT_HW_##config, 1000000 }
#define SW(name, config)	{ name, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_##config, 1 }

/* A second name of one follows the first. */
static const struct counter counters[] = {
	HW("cpu-cycles", CPU_CYCLES),
	HW("cycles", CPU_CYCLES),
	HW("instructions", INSTRUCTIONS),
	HW("cache-references", CACHE_REFERENCES),
	HW("cache-misses", CACHE_MISSES),
	HW("branch-instructions", BRANCH_INSTRUCTIONS),
	HW("branches", BRANCH_INSTRUCTIONS),
	HW("branch-misses", BRANCH_MISSES),
	HW("bus-cycles", BUS_CYCLES),
	HW("stalled-cycles-frontend", STALLED_CYCLES_FRONTEND),
	HW("idle-cycles-frontend", STALLED_CYCLES_FRONTEND),
	HW("stalled-cycles-backend", STALLED_CYCLES_BACKEND),
	HW("idle-cycles-backend", STALLED_CYCLES_BACKEND),
	HW("ref-cycles", REF_CPU_CYCLES),
	{ "cpu-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, 1000000 },
	{ "task-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK, 1000000 },
	SW("page-faults", PAGE_FAULTS),
	SW("faults", PAGE_FAULTS),
	SW("minor-faults", PAGE_FAULTS_MIN),
	SW("major-faults", PAGE_FAULTS_MAJ),
	SW("context-switches", CONTEXT_SWITCHES),
	SW("cs", CONTEXT_SWITCHES),
	SW("cpu-migrations", CPU_MIGRATIONS),
	SW("migrations", CPU_MIGRATIONS),
	SW("alignment-faults", ALIGNMENT_FAULTS),
	SW("emulation-faults", EMULATION_FAULTS),
};

#define COUNT	(sizeof(counters) / sizeof(*counters))

/* A counter of a cache is named by cache, operation and result. */
static const struct { const char *name; unsigned int id; } caches[] = {
	{ "L1-dcache", PERF_COUNT_HW_CACHE_L1D }, { "L1-icache", PERF_COUNT_HW_CACHE_L1I },
	{ "LLC", PERF_COUNT_HW_CACHE_LL }, { "dTLB", PERF_COUNT_HW_CACHE_DTLB },
	{ "iTLB", PERF_COUNT_HW_CACHE_ITLB }, { "branch", PERF_COUNT_HW_CACHE_BPU },
	{ "node", PERF_COUNT_HW_CACHE_NODE },
};

static const struct { const char *name; unsigned int op, result; } uses[] = {
#define OP(text, plural, op) \
	{ plural, PERF_COUNT_HW_CACHE_OP_##op, PERF_COUNT_HW_CACHE_RESULT_ACCESS }, \
	{ text "-misses", PERF_COUNT_HW_CACHE_OP_##op, PERF_COUNT_HW_CACHE_RESULT_MISS }
	OP("load", "loads", READ), OP("store", "stores", WRITE), OP("prefetch", "prefetches", PREFETCH),
};

#define CACHES	(sizeof(caches) / sizeof(*caches))
#define USES	(sizeof(uses) / sizeof(*uses))

static bool owns(const char *text)
{
	return !strncmp(text, HARDWARE, strlen(HARDWARE)) || !strncmp(text, SOFTWARE, strlen(SOFTWARE));
}

static bool is_software(const char *text)
{
	return *text == 's';
}

typedef void (*counter_fn)(void *arg, const struct counter *counter);

/* All that have names, of one prefix. */
static void each(bool software, counter_fn fn, void *arg)
{
	struct counter cache = { .type = PERF_TYPE_HW_CACHE, .usual = 1000000 };
	char name[64];

	for (size_t i = 0; i < COUNT; i++)
		if ((counters[i].type == PERF_TYPE_SOFTWARE) == software)
			fn(arg, &counters[i]);
	for (size_t i = 0; i < CACHES * USES && !software; i++) {
		snprintf(name, sizeof(name), "%s-%s", caches[i / USES].name, uses[i % USES].name);
		cache.name = name;
		cache.config = caches[i / USES].id | uses[i % USES].op << 8 | uses[i % USES].result << 16;
		fn(arg, &cache);
	}
}

struct search {
	const char *name;
	struct counter *found;
	bool is_found;
};

static void compare(void *arg, const struct counter *counter)
{
	struct search *s = arg;

	if (s->is_found || strcmp(s->name, counter->name))
		return;
	*s->found = *counter;
	s->is_found = true;
}

/* "r01c2": the number that the processor's manual gives an event. */
static bool is_raw(const char *name, struct counter *found)
{
	char *end;

	if (*name != 'r' || !isxdigit((unsigned char)name[1]))
		return false;
	*found = (struct counter){ .type = PERF_TYPE_RAW, .usual = 1000000 };
	found->config = strtoull(name + 1, &end, 16);
	return !*end && end - name <= 17;
}

static bool find(bool software, const char *name, struct counter *found)
{
	struct search s = { name, found, false };

	each(software, compare, &s);
	return s.is_found || (!software && is_raw(name, found));
}

static void add_name(void *arg, const struct counter *counter)
{
	names_add(arg, counter->name);
}

static void no_such(bool software, const char *name, struct buf *why)
{
	struct names all = { 0 };
	const char *near;

	each(software, add_name, &all);
	near = names_near(&all, name);
	buf_printf(why, "there is no %s counter '%s'", software ? "software" : "hardware", name);
	if (near)
		buf_printf(why, "; did you mean '%s'?", near);
	else if (software)
		names_enumerate(&all, "; there are ", why);
	names_free(&all);
}

static int parse_period(const char *text, const char *digits, const struct counter *counter,
			uint64_t *period, struct buf *why)
{
	bool clock = counter->type == PERF_TYPE_SOFTWARE && counter->usual > 1;
	char *end;

	errno = 0;
	*period = digits ? strtoull(digits, &end, 10) : 0;
	if (!digits || !isdigit((unsigned char)*digits))
		buf_printf(why, "'%s' lacks how many make an event: write %.*s:%" PRIu64, text,
			   digits ? (int)(digits - text - 1) : (int)strlen(text), text, counter->usual);
	else if (*end || errno || !*period || *period > INT64_MAX)
		buf_printf(why, "'%s' is no count of events", digits);
	else if (clock && *period < KTAP_MIN_TICK_NS)
		buf_printf(why, "the period of '%s' is too short: it is in nanoseconds, %u at least", text,
			   KTAP_MIN_TICK_NS);
	else
		return 0;
	return -1;
}

static int parse(const char *text, struct making *m, struct buf *why)
{
	const char *behind = strchr(text, ':') + 1, *colon = strchr(behind, ':');
	char *name = text_dup(behind);
	bool software = is_software(text);
	struct counter counter;
	uint64_t period;
	int err = -1;

	if (colon)
		name[colon - behind] = 0;
	if (!find(software, name, &counter)) {
		no_such(software, name, why);
	} else if (!parse_period(text, colon ? colon + 1 : NULL, &counter, &period, why)) {
		m->ev.counter_type = counter.type;
		m->ev.counter_config = counter.config;
		m->ev.sample_period = period;
		err = making_name(m, software ? "software" : "hardware", name) ? 0 : -1;
	}
	free(name);
	return err;
}

static int resolve(struct event_catalog *c, const struct event_query *query,
		   struct event_list *out, struct buf *why)
{
	struct making m = making_begin(query, KTAP_EV_COUNTER);

	(void)c;
	if (parse(query->text, &m, why))
		return EVENT_REFUSED;
	making_no_refs(&m);
	making_finish(&m, out);
	return 0;
}

struct listing {
	const char *glob, *prefix;
	struct names *out;
};

static void list_counter(void *arg, const struct counter *counter)
{
	const struct listing *l = arg;
	struct buf text = { 0 };

	buf_printf(&text, "%s%s:%" PRIu64, l->prefix, counter->name, counter->usual);
	if (glob_match(l->glob, text_cstr(&text)))
		names_add(l->out, text_cstr(&text));
	buf_free(&text);
}

/* With a usual period. What the processor has is found by trying only. */
static void enumerate(struct event_catalog *c, const char *glob, struct names *out)
{
	struct listing hardware = { glob, HARDWARE, out }, software = { glob, SOFTWARE, out };

	(void)c;
	each(false, list_counter, &hardware);
	each(true, list_counter, &software);
}

static void label(const struct ktap_event *ev, struct buf *out)
{
	buf_printf(out, "%s:%s:%" PRIu64, ev->system, ev->name, (uint64_t)ev->sample_period);
}

static const char *reason(int error)
{
	switch (-error) {
	case ENOENT:
	case EOPNOTSUPP:
	case ENODEV:	return "this machine's processor does not count it, or not so that it interrupts";
	case EBUSY:
	case ENOSPC:	return "the processor's counters are all in use";
	case EINVAL:	return "the kernel does not count so";
	default:	return NULL;
	}
}

const struct event_source counter_source = {
	.kinds		= 1 << KTAP_EV_COUNTER,
	.owns		= owns,
	.resolve	= resolve,
	.enumerate	= enumerate,
	.label		= label,
	.reason		= reason,
};
