// SPDX-License-Identifier: GPL-2.0
/*
 * render.c - the stream of another machine (ktap/stream.h) → what ktap would have
 * printed there. As it comes: nothing waits for the stream's end. Nothing in it is
 * trusted.
 */
#include <errno.h>
#include <inttypes.h>
#include <ktap/limits.h>
#include <ktap/stream.h>
#include <stdlib.h>
#include <string.h>

#include "event/resolve.h"
#include "lib/folder.h"
#include "lib/libktap.h"
#include "output/image.h"
#include "output/print.h"
#include "output/print_form.h"
#include "output/probes.h"
#include "util/arena.h"
#include "util/text.h"

#define PIECE	65536u

struct render {
	const struct ktap_render_opts *opts;
	struct ktap_stream head;
	int64_t wall_ns;		/* its clock */
	struct buf image_bytes;
	struct image image;
	bool has_image;
	LIST(struct probe) probes;	/* by number */
	struct folder folder;		/* formats and symbols */
	struct event_catalog catalog;
	struct ktap_printer printer;
	struct buf bytes;		/* of the chunk at hand */
	struct ktap_stream_end end;
	bool ended;
};

/* --- names --- */

static const struct probe *probe_of(const struct render *r, uint32_t id)
{
	return id < r->probes.n && r->probes.at[id].ev.size ? &r->probes.at[id] : NULL;
}

static void render_event(void *arg, uint32_t id, const void *bytes, size_t len, struct buf *out)
{
	struct render *r = arg;
	const struct probe *p = probe_of(r, id);

	if (p)
		event_render(&r->catalog, &p->ev, p->params, bytes, len, out);
	else
		buf_printf(out, "event of probe %u", id);
}

static void render_members(void *arg, uint32_t id, const void *bytes, size_t len, struct buf *out)
{
	struct render *r = arg;
	const struct probe *p = probe_of(r, id);

	if (p)
		event_members(&r->catalog, &p->ev, p->params, bytes, len, out);
}

static void render_probe(void *arg, uint32_t id, struct buf *out)
{
	const struct probe *p = probe_of(arg, id);

	if (p)
		event_label(&p->ev, out);
	else
		buf_printf(out, "probe %u", id);
}

static struct symbol find_address(void *arg, uint64_t address, unsigned int back)
{
	struct render *r = arg;

	return ksyms_symbol(&r->catalog.ksyms, address, back);
}

/* --- chunks --- */

/* Takes a string off the chunk; NULL: it has no end. */
static const char *take_string(struct span *s)
{
	const uint8_t *nul = s->at < s->end ? memchr(s->at, 0, s->end - s->at) : NULL;
	const char *text = (const char *)s->at;

	if (!nul)
		return NULL;
	s->at = nul + 1;
	return text;
}

static bool take_bytes(struct span *s, void *out, size_t len)
{
	if ((size_t)(s->end - s->at) < len)
		return false;
	memcpy(out, s->at, len);
	s->at += len;
	return true;
}

static int take_image(struct render *r, struct span s, struct buf *why)
{
	if (r->has_image) {
		text_str(why, "it has a second program");
		return -1;
	}
	buf_add(&r->image_bytes, s.at, s.end - s.at);
	if (image_open(&r->image, r->image_bytes.data, r->image_bytes.len, why))
		return -1;
	r->has_image = true;
	return 0;
}

static bool take_param(struct span *s, struct params *params)
{
	struct ktap_stream_param head;
	const char *name, *type;

	if (!take_bytes(s, &head, sizeof(head)) || head.style > PARAM_PLACE || head.type >= KTAP_FT__MAX)
		return false;
	name = take_string(s);
	type = take_string(s);
	if (!name || !type || head.count > KTAP_FETCH_RECORD)
		return false;
	params_add(params, name, type, head.style, head.type)->count = head.count;
	return true;
}

/* An event of an older or newer ktap may be shorter or longer than ours. */
static bool take_event(struct span *s, struct ktap_event *ev)
{
	uint32_t size;

	*ev = (struct ktap_event){ 0 };
	if ((size_t)(s->end - s->at) < sizeof(size))
		return false;
	memcpy(&size, s->at, sizeof(size));
	if (size < offsetof(struct ktap_event, path) || size > (size_t)(s->end - s->at))
		return false;
	memcpy(ev, s->at, size < sizeof(*ev) ? size : sizeof(*ev));
	s->at += size;
	ev->size = sizeof(*ev);
	ev->args = ev->fetch = ev->file = 0;
	ev->system[sizeof(ev->system) - 1] = ev->name[sizeof(ev->name) - 1] = 0;
	return ev->kind < KTAP_EV__MAX && ev->probe < KTAP_MAX_PROBES && ev->nargs <= KTAP_MAX_ARGS &&
	       ev->nhidden <= ev->nargs;
}

static bool read_probe(struct span s, struct probe *p)
{
	if (!take_event(&s, &p->ev) || !take_string(&s))
		return false;
	p->params = s.at < s.end ? params_new() : NULL;
	while (s.at < s.end)
		if (p->params->list.n == p->ev.nargs || !take_param(&s, p->params))
			return false;
	return !p->params || p->params->list.n == p->ev.nargs;
}

static int take_probe(struct render *r, struct span s, struct buf *why)
{
	struct probe p = { 0 };

	if (!read_probe(s, &p) || probe_of(r, p.ev.probe)) {
		params_put(p.params);
		text_str(why, "it describes an event wrongly");
		return -1;
	}
	while (r->probes.n <= p.ev.probe)
		*list_push(&r->probes) = (struct probe){ 0 };
	r->probes.at[p.ev.probe] = p;
	return 0;
}

static bool is_plain(const char *name)
{
	return name && *name && *name != '.' && !strchr(name, '/') && strlen(name) < KTAP_NAME_LEN;
}

static int take_format(struct render *r, struct span s, struct buf *why)
{
	const char *system = take_string(&s), *name = take_string(&s);
	struct buf path = { 0 };
	int err;

	if (!is_plain(system) || !is_plain(name)) {
		text_str(why, "it has the format of an event without a name");
		return -1;
	}
	buf_printf(&path, "tracing/events/%s/%s/format", system, name);
	err = folder_add(&r->folder, text_cstr(&path), s.at, s.end - s.at, why);
	buf_free(&path);
	return err;
}

static int take_records(struct render *r, struct span s, struct buf *why)
{
	struct ktap_stream_records head;
	enum decode_status status = DECODE_OK;
	const char *error;
	struct rec rec;

	if (!r->has_image || !take_bytes(&s, &head, sizeof(head))) {
		text_str(why, r->has_image ? "it has records of no CPU" : "it has records and no program");
		return -1;
	}
	for (; s.at < s.end && status != DECODE_BAD_STREAM; s.at += rec.len) {
		status = rec_decode(s.at, s.end - s.at, &rec, &error);
		if (status == DECODE_OK)
			ktap_print_record(&r->printer, &rec, head.cpu);
		else
			ktap_print_damage(&r->printer, error, head.cpu);
	}
	ktap_print_flush(&r->printer);
	return 0;
}

static int take_damage(struct render *r, struct span s, struct buf *why)
{
	struct ktap_stream_records head;
	const char *error = take_bytes(&s, &head, sizeof(head)) ? take_string(&s) : NULL;

	if (error)
		ktap_print_damage(&r->printer, error, head.cpu);
	else
		text_str(why, "it tells wrongly of damage");
	return error ? 0 : -1;
}

static int take_end(struct render *r, struct span s, struct buf *why)
{
	r->ended = take_bytes(&s, &r->end, sizeof(r->end));
	if (!r->ended)
		text_str(why, "its end is too short");
	return r->ended ? 0 : -1;
}

static int take_chunk(struct render *r, uint32_t kind, struct span s, struct buf *why)
{
	switch (kind) {
	case KTAP_CHUNK_IMAGE:	 return take_image(r, s, why);
	case KTAP_CHUNK_PROBE:	 return take_probe(r, s, why);
	case KTAP_CHUNK_FORMAT:	 return take_format(r, s, why);
	case KTAP_CHUNK_SYMBOLS: return folder_add(&r->folder, "kallsyms", s.at, s.end - s.at, why);
	case KTAP_CHUNK_RECORDS: return take_records(r, s, why);
	case KTAP_CHUNK_DAMAGE:	 return take_damage(r, s, why);
	case KTAP_CHUNK_END:	 return take_end(r, s, why);
	default:		 return 0;
	}
}

/* --- the stream --- */

/* Grows as bytes come, not as the stream says. False: it ends before. */
static bool read_bytes(FILE *in, struct buf *out, size_t len)
{
	char piece[PIECE];
	size_t got = 1;

	for (out->len = 0; out->len < len && got; ) {
		size_t left = len - out->len;

		got = fread(piece, 1, left < PIECE ? left : PIECE, in);
		buf_add(out, piece, got);
	}
	return out->len == len;
}

/* 1; 0 at the end, which may be too early; -1 and a sentence. */
static int next_chunk(struct render *r, struct buf *why)
{
	struct ktap_chunk c;
	struct span s;

	if (r->ended || fread(&c, sizeof(c), 1, r->opts->in) != 1)
		return 0;
	if (c.len > KTAP_STREAM_MAX_CHUNK) {
		text_str(why, "a part of it is too long");
		return -1;
	}
	if (!read_bytes(r->opts->in, &r->bytes, c.len + (-c.len & 7)))
		return 0;
	s.at = (const uint8_t *)r->bytes.data;
	s.end = s.at + c.len;
	return take_chunk(r, c.kind, s, why) ? -1 : 1;
}

static int read_head(struct render *r, struct buf *why)
{
	if (fread(&r->head, sizeof(r->head), 1, r->opts->in) != 1)
		text_str(why, "it is too short");
	else if (r->head.magic == __builtin_bswap64(KTAP_STREAM_MAGIC))
		text_str(why, "it was written on a machine of the other byte order");
	else if (r->head.magic != KTAP_STREAM_MAGIC)
		text_str(why, "ktap-run --raw did not write it");
	else if (r->head.version != KTAP_STREAM_VERSION)
		buf_printf(why, "it has version %u, this ktap reads version %u", r->head.version, KTAP_STREAM_VERSION);
	return why->len ? -1 : 0;
}

static void init_printer(struct render *r)
{
	const struct ktap_printer_opts opts = {
		.out = r->opts->out, .err = r->opts->err, .form = r->opts->json ? &print_json : &print_text,
		.wall_ns = &r->wall_ns, .stamps = r->opts->stamps, .color = r->opts->color,
		.names = { .arg = r, .image = &r->image, .event = render_event, .members = render_members,
			   .probe = render_probe, .address = find_address },
	};

	ktap_printer_init(&r->printer, &opts);
}

/* What the stream says of itself at its end, or that it has none. */
static int judge(const struct render *r, struct buf *why)
{
	const struct ktap_printer *p = &r->printer;
	const struct ktap_stream_end *e = &r->end;

	if (!why->len && !r->ended)
		text_str(why, "the stream is cut off: what came last is missing, and what was lost is not known");
	else if (!why->len && e->records != p->records + p->damaged)
		buf_printf(why, "the stream has %" PRIu64 " records and should have %" PRIu64,
			   p->records + p->damaged, (uint64_t)e->records);
	else if (r->ended && (e->events_lost || e->records_lost || e->updates_lost))
		fprintf(r->opts->err, "ktap: lost on the device: %" PRIu64 " events, %" PRIu64 " records, %" PRIu64
			" table updates\n", (uint64_t)e->events_lost, (uint64_t)e->records_lost,
			(uint64_t)e->updates_lost);
	if (p->write_error && p->write_error != EPIPE)
		buf_printf(why, "cannot write the output: %s", strerror(p->write_error));
	return why->len || p->errors || p->damaged ? KTAP_EXIT_SCRIPT : KTAP_EXIT_OK;
}

static int render(struct render *r, struct buf *why)
{
	int code;

	folder_use(&r->folder, "KTAP_TRACEFS", "tracing");
	folder_use(&r->folder, "KTAP_KALLSYMS", "kallsyms");
	folder_use(&r->folder, "KTAP_BTF", "btf");
	r->wall_ns = r->head.wall_ns;
	init_printer(r);
	while (next_chunk(r, why) > 0)
		;
	ktap_printer_finish(&r->printer);
	code = judge(r, why);
	ktap_printer_exit(&r->printer);
	return code;
}

int ktap_stream__render(const struct ktap_render_opts *opts, struct buf *why)
{
	struct render r = { .opts = opts };
	int code = KTAP_EXIT_SCRIPT;

	if (!read_head(&r, why) && !folder_make(&r.folder, why) &&
	    !folder_add(&r.folder, "tracing/events/none", "", 0, why))
		code = render(&r, why);
	folder_remove(&r.folder);
	catalog_close(&r.catalog);
	for (unsigned int i = 0; i < r.probes.n; i++)
		params_put(r.probes.at[i].params);
	free(r.probes.at);
	buf_free(&r.image_bytes);
	buf_free(&r.bytes);
	return code;
}
