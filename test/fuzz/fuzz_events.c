// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz_events.c - texts of events and names of fields, changed, on a machine whose own
 * descriptions are changed: format files, types (BTF), symbols. They are refused with a
 * sentence, or give events that are whole; then these are listed, named, and shown from
 * bytes that no kernel wrote, as text and as JSON. The sanitizers judge the rest.
 *
 *   fuzz_events ROUNDS SEED FOLDER TRACEFS TYPES SYMBOLS EVENTS FIELDS USER
 *
 * In FOLDER the changed files are made: after a crash, together with the text in `last`,
 * what to look at.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event/listing.h"
#include "event/resolve.h"
#include "json.h"
#include "random.h"
#include "util/arena.h"
#include "util/text.h"

#define SLOW		20	/* seconds after which something is said to have no end */
#define PER_MACHINE	40	/* texts that are tried on one machine */
#define MAX_LINES	200
#define MAX_REFS	4

static struct dice dice;
static struct { unsigned long resolved, refused, events, fields, lines; } seen;

/* --- files --- */

static struct buf read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	struct buf b = { 0 };
	char bytes[4096];
	size_t n;

	if (!f) {
		perror(path);
		exit(2);
	}
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		buf_add(&b, bytes, n);
	fclose(f);
	return b;
}

static void write_file(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "we");

	if (!f || (b->len && fwrite(b->data, b->len, 1, f) != 1) || fclose(f)) {
		perror(path);
		exit(2);
	}
}

static unsigned int read_lines(const char *path, char **line)
{
	struct buf b = read_file(path);
	unsigned int n = 0;
	char *rest = NULL;

	for (char *l = strtok_r((char *)text_cstr(&b), "\n", &rest); l && n < MAX_LINES; l = strtok_r(NULL, "\n", &rest))
		line[n++] = text_dup(l);
	buf_free(&b);
	return n;
}

/* --- changing --- */

static const char *const words[] = {
	":", "*", "?", "[", "%return", "+0x10", " ", "a=", "$arg1", "$retval", "$stack99", "%di", "%nothing", "@jiffies",
	"+8(", "-0x8000000000000000(", ")", ":u8", ":string", ":b64@63/64", ":u8[64]", "\\-1", "$comm", "->", ".", "[3]",
	"[99999999999]", "4294967296", "-1", "0", "\t", "/", "\"", "offset:", "size:", "signed:1;", "field:", "__data_loc ",
	"char[]", "unsigned long", "print fmt: \"", "REC->", ", ", "__get_str(", "%s", "%*d", "%pS", "%999999d",
	"ffffffff81001000 T ", "\n",
};

/* A piece of text goes, comes or is another. */
static void splice(struct buf *b, bool binary)
{
	const char *word = words[pick(&dice, sizeof(words) / sizeof(words[0]))];
	size_t at = pick(&dice, (uint32_t)b->len + 1), cut = once_in(&dice, 2) ? pick(&dice, 8) : 0, n = strlen(word);
	struct buf old = *b;

	*b = (struct buf){ 0 };
	if (cut > old.len - at)
		cut = old.len - at;
	buf_add(b, old.data, at);
	if (binary)
		buf_add(b, old.data + at, cut);
	else if (!once_in(&dice, 4))
		buf_add(b, word, n);
	buf_add(b, old.data + at + cut, old.len - at - cut);
	buf_free(&old);
}

static void change_bytes(struct buf *b)
{
	uint32_t word = (uint32_t)odd_number(&dice), at = b->len ? pick(&dice, (uint32_t)b->len) : 0;

	if (at + sizeof(word) > b->len)
		return;
	if (once_in(&dice, 2))
		memcpy(b->data + (at & ~3u), &word, sizeof(word));
	else
		b->data[at] ^= (char)(1 << pick(&dice, 8));
}

static void change_text(struct buf *b, unsigned int n)
{
	while (n--)
		if (once_in(&dice, 4))
			change_bytes(b);
		else
			splice(b, false);
}

/* --- a machine --- */

static const char *folder;

static char *below(const char *name)
{
	struct buf path = { 0 };
	char *copy;

	buf_printf(&path, "%s/%s", folder, name);
	copy = text_dup(text_cstr(&path));
	buf_free(&path);
	return copy;
}

/*
 * One of the original files, whole or changed, where the machine has it. The last line of a
 * format is left alone: it is C, and libtraceevent falls over much that is not.
 */
static void put(const char *name, const struct buf *whole, bool binary)
{
	const char *print = memmem(whole->data, whole->len, "\nprint fmt", 10);
	size_t head = print ? (size_t)(print - whole->data) : whole->len;
	char *path = below(name);
	struct buf b = { 0 };

	buf_add(&b, whole->data, head);
	if (once_in(&dice, 2)) {
		for (unsigned int n = 1 + pick(&dice, 6); binary && n; n--)
			change_bytes(&b);
		if (!binary)
			change_text(&b, 1 + pick(&dice, 4));
		if (once_in(&dice, 10))
			b.len = pick(&dice, (uint32_t)b.len + 1);
	}
	buf_add(&b, whole->data + head, whole->len - head);
	write_file(path, &b);
	buf_free(&b);
	free(path);
}

static struct { char *name; struct buf whole; } format[64];
static unsigned int nformats;
static struct buf types, symbols;

static void make_folder(const char *name)
{
	char *path = below(name);

	mkdir(path, 0700);
	free(path);
}

/* Remembers events/SYSTEM/NAME/format, and makes the folders for it. */
static void take_formats(const char *root, const char *under, int depth)
{
	struct buf path = { 0 };
	struct dirent *e;
	DIR *d;

	buf_printf(&path, "%s/%s", root, under);
	d = opendir(text_cstr(&path));
	make_folder(under);
	while (d && (e = readdir(d))) {
		struct buf name = { 0 };

		buf_printf(&name, "%s/%s", under, e->d_name);
		path.len = 0;
		buf_printf(&path, "%s/%s", root, text_cstr(&name));
		if (depth == 2 && !strcmp(e->d_name, "format") && nformats < 64) {
			format[nformats].whole = read_file(text_cstr(&path));
			format[nformats++].name = text_dup(text_cstr(&name));
		} else if (depth < 2 && e->d_name[0] != '.') {
			take_formats(root, text_cstr(&name), depth + 1);
		}
		buf_free(&name);
	}
	if (d)
		closedir(d);
	buf_free(&path);
}

static void make_machine(void)
{
	for (unsigned int i = 0; i < nformats; i++)
		put(format[i].name, &format[i].whole, false);
	put("types", &types, true);
	put("symbols", &symbols, false);
}

static void point(const char *variable, const char *name)
{
	char *path = below(name);

	setenv(variable, path, 1);
	free(path);
}

/* --- asking --- */

static void check_event(const struct ktap_event *ev, const struct event_query *q)
{
	bool whole = ev->kind < KTAP_EV__MAX && ev->nargs <= KTAP_MAX_ARGS && ev->nrefs == q->nrefs &&
		     ev->nhidden <= ev->nargs && ev->nfetch <= KTAP_MAX_FETCH &&
		     strnlen(ev->name, KTAP_NAME_LEN) < KTAP_NAME_LEN && ev->name[0] &&
		     strnlen(ev->system, KTAP_NAME_LEN) < KTAP_NAME_LEN && ev->system[0];
	const struct ktap_field *f = (const void *)(uintptr_t)ev->args;

	for (unsigned int i = 0; whole && i < (unsigned int)ev->nargs + ev->nrefs; i++)
		whole = f[i].source < KTAP_SRC__MAX && f[i].type < KTAP_FT__MAX &&
			(f[i].source != KTAP_SRC_FETCH || f[i].offset + f[i].size <= ev->nfetch);
	if (whole)
		return;
	printf("an event that is not whole: '%s' of '%s'\n", ev->name, q->text);
	exit(1);
}

/* Bytes that no kernel wrote, in memory of their own size. */
static void show(struct event_catalog *c, const struct ktap_event *ev, const struct params *params)
{
	size_t len = once_in(&dice, 4) ? pick(&dice, 400) : 8 * pick(&dice, 16);
	unsigned char *bytes = xmalloc(len + !len);
	struct buf out = { 0 }, members = { 0 };

	for (size_t i = 0; i < len; i++)
		bytes[i] = once_in(&dice, 3) ? (unsigned char)any(&dice) : 0;
	event_render(c, ev, params, bytes, len, &out);
	event_label(ev, &out);
	buf_printf(&members, "{");
	event_members(c, ev, params, bytes, len, &members);
	buf_printf(&members, "}");
	if (!json_is(members.data, members.len)) {
		printf("no JSON: %.*s\n", (int)members.len, members.data);
		exit(1);
	}
	seen.lines++;
	buf_free(&members);
	buf_free(&out);
	free(bytes);
}

static void look_at(struct event_catalog *c, const struct event_query *q, const struct event_list *list)
{
	struct buf why = { 0 };
	struct names names = { 0 };
	unsigned int part;

	seen.resolved++;
	seen.events += list->n;
	event_missing_ref(c, q, list, &part, &why);
	for (size_t r = 0; r < q->nrefs; r++)
		event_lacks_part(c, q, list, r, &why);
	for (unsigned int i = 0; i < list->n; i++)
		check_event(&list->at[i], q);
	for (unsigned int i = 0; i < list->n && i < 8; i++) {
		const struct event_source *source = source_of_event(&list->at[i]);

		if (source->fields)
			source->fields(c, &list->at[i], &names);
		show(c, &list->at[i], list->params.n > i ? list->params.at[i] : NULL);
	}
	seen.fields += names.n;
	names_free(&names);
	buf_free(&why);
}

static void resolve(struct event_catalog *c, const struct event_query *q)
{
	struct buf why = { 0 };
	struct event_list list;

	if (!event_resolve(c, q, &list, &why)) {
		look_at(c, q, &list);
		event_list_free(&list);
	} else {
		seen.refused++;
		if (!why.len) {
			printf("refused without a word: '%s'\n", q->text);
			exit(1);
		}
	}
	buf_free(&why);
}

static void count_line(void *arg, const char *text, const char *arguments)
{
	(void)arg;
	seen.lines += text[0] && arguments;
}

static void list_all(struct event_catalog *c, const char *glob)
{
	struct buf why = { 0 };

	event_listing(c, (enum listing_kind)pick(&dice, 4), glob, count_line, NULL, &why);
	buf_free(&why);
}

static struct event_ref some_ref(const char *name)
{
	struct event_ref ref = { .kind = (enum ktap_fref_kind)pick(&dice, KTAP_FREF__MAX) };

	if (once_in(&dice, 3))
		ref.kind = KTAP_FREF_NAME;
	ref.name = ref.kind == KTAP_FREF_NAME ? name : NULL;
	ref.index = ref.kind == KTAP_FREF_ARG ? pick(&dice, KTAP_MAX_ARGS) :
		    ref.kind == KTAP_FREF_SCARG ? 1 + pick(&dice, 6) : 0;
	return ref;
}

static void try(struct event_catalog *c, const char *text, char **field, unsigned int nfields)
{
	struct event_ref ref[MAX_REFS];
	struct buf name[MAX_REFS] = { 0 };
	struct event_query q = { .text = text, .refs = ref, .nrefs = pick(&dice, MAX_REFS + 1),
				 .positions = once_in(&dice, 2) };

	for (size_t i = 0; i < q.nrefs; i++) {
		buf_printf(&name[i], "%s", field[pick(&dice, nfields)]);
		change_text(&name[i], once_in(&dice, 3));
		ref[i] = some_ref(text_cstr(&name[i]));
	}
	alarm(SLOW);
	if (once_in(&dice, 20))
		list_all(c, text);
	else
		resolve(c, &q);
	alarm(0);
	for (size_t i = 0; i < MAX_REFS; i++)
		buf_free(&name[i]);
}

/* The place of a program stands where the corpus says USER. */
static struct buf with_user(const char *line, const char *user)
{
	const char *at = strstr(line, "USER");
	struct buf b = { 0 };

	if (at)
		buf_printf(&b, "%.*s%s%s", (int)(at - line), line, user, at + 4);
	else
		buf_printf(&b, "%s", line);
	return b;
}

int main(int argc, char **argv)
{
	static char *event[MAX_LINES], *field[MAX_LINES];
	unsigned int rounds = argc > 9 ? (unsigned int)atoi(argv[1]) : 0, nevents, nfields;
	struct event_catalog c = { 0 };
	char *last;

	if (!rounds)
		return 2;
	dice_seed(&dice, strtoull(argv[2], NULL, 0));
	folder = argv[3];
	take_formats(argv[4], "events", 0);
	types = read_file(argv[5]);
	symbols = read_file(argv[6]);
	nevents = read_lines(argv[7], event);
	nfields = read_lines(argv[8], field);
	last = below("last");
	point("KTAP_TRACEFS", ".");
	point("KTAP_BTF", "types");
	point("KTAP_KALLSYMS", "symbols");
	for (unsigned int i = 0; i < rounds; i++) {
		struct buf text = with_user(event[pick(&dice, nevents)], argv[9]);

		if (i % PER_MACHINE == 0) {
			catalog_close(&c);
			c = (struct event_catalog){ 0 };
			make_machine();
		}
		change_text(&text, pick(&dice, 4));
		write_file(last, &text);
		try(&c, text_cstr(&text), field, nfields);
		buf_free(&text);
	}
	catalog_close(&c);
	free(last);
	printf("%u texts: %lu resolved to %lu events with %lu fields, %lu refused, %lu lines shown\n", rounds,
	       seen.resolved, seen.events, seen.fields, seen.refused, seen.lines);
	return !(seen.resolved && seen.refused && seen.events && seen.fields && seen.lines);
}
