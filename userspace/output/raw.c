// SPDX-License-Identifier: GPL-2.0
#include "output/raw.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <ktap/bytecode.h>
#include <ktap/stream.h>

#include "event/tracefs.h"
#include "util/text.h"

#define PIECE	16384u

/* --- chunks --- */

static size_t chunk_begin(struct raw *r, enum ktap_chunk_kind kind)
{
	struct ktap_chunk c = { .kind = kind };
	size_t at = r->out->len;

	if (at < r->end)
		r->end = 0;	/* it was flushed since */
	buf_add(r->out, &c, sizeof(c));
	return at;
}

/* Sets the chunk's length; what is behind it is padding. */
static void chunk_end(struct raw *r, size_t at)
{
	uint32_t len = r->out->len - at - sizeof(struct ktap_chunk);

	memcpy(r->out->data + at + offsetof(struct ktap_chunk, len), &len, sizeof(len));
	buf_zeros(r->out, -len & 7);
}

static void add_string(struct buf *out, const char *s)
{
	buf_add(out, s, strlen(s) + 1);
}

static void put_bytes(struct raw *r, enum ktap_chunk_kind kind, const void *bytes, size_t len)
{
	size_t at = chunk_begin(r, kind);

	buf_add(r->out, bytes, len);
	chunk_end(r, at);
}

static int64_t wall_lead(void)
{
	struct timespec wall, mono;

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	return (int64_t)(wall.tv_sec - mono.tv_sec) * 1000000000 + wall.tv_nsec - mono.tv_nsec;
}

void raw_begin(struct raw *r, const struct image *image, const struct buf *device)
{
	const struct ktap_stream head = { .magic = KTAP_STREAM_MAGIC, .version = KTAP_STREAM_VERSION,
					  .long_size = sizeof(long), .wall_ns = wall_lead() };

	buf_add(r->out, &head, sizeof(head));
	put_bytes(r, KTAP_CHUNK_DEVICE, device->data, device->len);
	put_bytes(r, KTAP_CHUNK_IMAGE, image->bytes, image->len);
}

/* --- what records need --- */

static void add_param(struct buf *out, const struct param *p)
{
	const struct ktap_stream_param head = { .style = p->style, .type = p->type, .count = p->count };

	buf_add(out, &head, sizeof(head));
	add_string(out, p->name);
	add_string(out, p->ctype);
}

static void put_probe(struct raw *r, const struct probe *p)
{
	size_t at = chunk_begin(r, KTAP_CHUNK_PROBE);
	struct ktap_event ev = p->ev;

	ev.args = ev.fetch = ev.file = 0;
	buf_add(r->out, &ev, sizeof(ev));
	add_string(r->out, p->ev.file ? (const char *)(uintptr_t)p->ev.file : "");
	for (unsigned int i = 0; p->params && i < p->params->list.n; i++)
		add_param(r->out, &p->params->list.at[i]);
	chunk_end(r, at);
}

static void need_probe(struct raw *r, uint32_t id)
{
	struct probe p;

	for (; id != KTAP_PROBE_NONE && r->nprobes <= id; r->nprobes++)
		if (probes_get(r->probes, r->nprobes, &p))
			put_probe(r, &p);
}

/* In pieces: there may be many more of them than there is memory to spare. */
static void need_symbols(struct raw *r)
{
	int fd = r->symbols ? -1 : open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	char piece[PIECE];
	ssize_t got;

	r->symbols = true;
	while (fd >= 0 && (got = read(fd, piece, sizeof(piece))) > 0) {
		put_bytes(r, KTAP_CHUNK_SYMBOLS, piece, got);
		r->flush(r->arg);
	}
	if (fd >= 0)
		close(fd);
}

static bool has_symbols(const struct buf *format)
{
	return memmem(format->data, format->len, "%pS", 3) || memmem(format->data, format->len, "%ps", 3) ||
	       memmem(format->data, format->len, "%pF", 3) || memmem(format->data, format->len, "%pf", 3);
}

static void put_format(struct raw *r, const struct ktap_event *ev)
{
	struct buf text = { 0 };
	size_t at;

	if (r->tracefs && !tracefs_format(r->tracefs, ev->system, ev->name, &text) && text.len) {
		if (has_symbols(&text))
			need_symbols(r);
		at = chunk_begin(r, KTAP_CHUNK_FORMAT);
		add_string(r->out, ev->system);
		add_string(r->out, ev->name);
		buf_add(r->out, text.data, text.len);
		chunk_end(r, at);
	}
	buf_free(&text);
}

/* Once for each probe whose events are shown as text. */
static void need_text(struct raw *r, uint32_t id)
{
	struct probe p;

	if (id >= KTAP_MAX_PROBES || !probes_get(r->probes, id, &p))
		return;
	need_probe(r, id);
	while (r->formats.n <= id)
		*list_push(&r->formats) = 0;
	if (r->formats.at[id])
		return;
	r->formats.at[id] = 1;
	if (p.params)
		need_symbols(r);
	else
		put_format(r, &p.ev);
}

static void need_values(struct raw *r, struct span s);

static void need_value(struct raw *r, const struct value *v)
{
	struct ktap_stack whose;

	switch (v->tag) {
	case KTAP_T_EVTEXT:
		need_text(r, v->probe);
		break;
	case KTAP_T_ADDR:
		need_symbols(r);
		break;
	case KTAP_T_STACK:
		memcpy(&whose, v->bytes.at, sizeof(whose));
		if (!whose.user)
			need_symbols(r);
		break;
	case KTAP_T_TUPLE:
	case KTAP_T_TABLE:
		need_values(r, v->bytes);
		break;
	}
}

static void need_values(struct raw *r, struct span s)
{
	struct value v;

	while (span_value(&s, &v))
		need_value(r, &v);
}

static void need_all(struct raw *r, const struct rec *rec)
{
	struct span s = rec->payload;

	need_probe(r, rec->probe);
	switch (rec->kind) {
	case KTAP_REC_HIST_ROW:
		span_u64(&s);
		need_values(r, s);
		break;
	case KTAP_REC_ERROR:
		s.at += sizeof(struct ktap_rec_error);
		need_values(r, s);
		break;
	case KTAP_REC_PRINT:
	case KTAP_REC_PRINTF:
		need_values(r, s);
		break;
	default:
		break;
	}
}

/* --- records --- */

/* The last chunk, if it is still the buffer's end, or a new one. */
static void open_records(struct raw *r, int cpu)
{
	const struct ktap_stream_records head = { .cpu = cpu };

	if (r->end && r->out->len == r->end && r->cpu == cpu)
		return;
	r->open = chunk_begin(r, KTAP_CHUNK_RECORDS);
	r->cpu = cpu;
	buf_add(r->out, &head, sizeof(head));
}

void raw_record(struct raw *r, const struct rec *rec, int cpu)
{
	const struct ktap_rec head = { .len = rec->len, .kind = rec->kind, .probe = rec->probe,
				       .time_ns = rec->time_ns };

	if (rec->kind == KTAP_REC_PAD)
		return;
	need_all(r, rec);
	open_records(r, cpu);
	buf_add(r->out, &head, sizeof(head));
	buf_add(r->out, rec->payload.at, rec->payload.end - rec->payload.at);
	chunk_end(r, r->open);
	r->end = r->out->len;
	r->records += rec->kind != KTAP_REC_LOST;
}

void raw_damage(struct raw *r, const char *error, int cpu)
{
	const struct ktap_stream_records head = { .cpu = cpu };
	size_t at = chunk_begin(r, KTAP_CHUNK_DAMAGE);

	buf_add(r->out, &head, sizeof(head));
	add_string(r->out, error);
	chunk_end(r, at);
	r->records++;
}

void raw_end(struct raw *r, uint64_t events_lost, uint64_t records_lost, uint64_t updates_lost)
{
	const struct ktap_stream_end end = { r->records, events_lost, records_lost, updates_lost };

	put_bytes(r, KTAP_CHUNK_END, &end, sizeof(end));
}

void raw_free(struct raw *r)
{
	free(r->formats.at);
	*r = (struct raw){ 0 };
}
