// SPDX-License-Identifier: GPL-2.0
/*
 * front.c - what the front of a handler asks for, where it is to be had without an
 * invocation.
 */
#include "front.h"
#include "comm.h"
#include "event.h"
#include "fetch.h"
#include "host.h"
#include "memory.h"
#include "str.h"

_Static_assert(KP_DERIVED_TEXT == KP_COMM_BYTES, "and so is that of a field");
_Static_assert(KP_FRONT_TEXT >= KP_COMM_BYTES, "a name is such a text");

size_t kp_front_str_size(void)
{
	return kp_str_size(KP_FRONT_TEXT);
}

static __always_inline struct kp_str *name_at(void *mem, const u64 *from, u64 seed, bool hashed)
{
	struct kp_str *s = mem;
	u64 w[2];
	u32 len = kp_name(w, from);

	s->o = (struct kp_obj){ .type = KTAP_T_STR, .flags = KP_OBJ_TEMP };
	s->len = len;
	s->hash = hashed ? kp_words_hash(w[0], w[1], len, (u32)seed) : 0;
	((u64 *)s->data)[0] = w[0];
	((u64 *)s->data)[1] = w[1];
	return s;
}

struct kp_str *kp_front_comm(void *mem, u64 seed)
{
	return name_at(mem, kp_host_comm(), seed, true);
}

struct kp_str *kp_front_comm_unhashed(void *mem)
{
	return name_at(mem, kp_host_comm(), 0, false);
}

static bool is_simple(const struct kp_probe *probe, const struct ktap_field *field)
{
	switch (field->source) {
	case KTAP_SRC_RECORD:
		return kp_is_int_type(field->type) ||
		       (field->type == KTAP_FT_CHARS && field->size <= KP_FRONT_TEXT);
	case KTAP_SRC_WORD:
	case KP_SRC_DERIVED:
		return true;
	case KTAP_SRC_FETCH:
		return kp_is_int_type(field->type) &&
		       kp_fetch_is_quick(probe->fetch + field->offset, field->size);
	default:
		return false;
	}
}

bool kp_front_fits(const struct kp_fn *fn, const struct kp_probe *probe)
{
	u32 i;

	for (i = 0; i < probe->nrefs && i < KP_FRONT_FIELDS; i++)
		if (fn->front_refs >> i & 1 && !is_simple(probe, &probe->refs[i]))
			return false;
	return true;
}

/* False: the field is not in any one word. */
static bool find_word(const struct kp_probe *probe, const struct ktap_field *field, struct kp_quick *q)
{
	if (!kp_is_int_type(field->type))
		return false;
	if (field->source == KTAP_SRC_WORD || (field->source == KTAP_SRC_FETCH && field->size == 1))
		return kp_host_word_at(probe, field, q);
	q->from = KP_QUICK_RECORD;
	q->at = (u16)field->offset;
	return field->source == KTAP_SRC_RECORD && q->at == field->offset &&
	       __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
}

static void find_quick(const struct kp_probe *probe, const struct ktap_field *field, struct kp_quick *q)
{
	u32 unused;

	memset(q, 0, sizeof(*q));
	if (!find_word(probe, field, q)) {
		q->from = KP_QUICK_NOT;
		return;
	}
	unused = 64 - 8 * kp_int_size(field->type);
	if (unused >= q->unused) {
		q->unused = (u8)unused;
		q->is_signed = field->type >= KTAP_FT_S8;
	}
}

void kp_front_prepare(struct kp_probe *probe)
{
	u32 i;

	for (i = 0; i < probe->nrefs && i < KP_QUICK_FIELDS; i++)
		find_quick(probe, &probe->refs[i], &probe->quick[i]);
}

static __always_inline u64 word_in(const void *from, u32 at)
{
	u64 w;

	memcpy(&w, (const char *)from + at, sizeof(w));
	return w;
}

/* At the end of a record there may be no whole word. */
static __always_inline bool quick(const struct kp_firing *f, u64 ref, struct kp_value *out)
{
	const struct kp_quick *q;
	u64 w;

	if (unlikely(ref >= KP_QUICK_FIELDS))
		return false;
	q = &f->probe->quick[ref];
	if (q->from == KP_QUICK_REGS)
		w = word_in(f->regs, q->at);
	else if (q->from == KP_QUICK_RECORD && f->rec && q->at + sizeof(w) <= f->rec_len)
		w = word_in(f->rec, q->at);
	else if (q->from == KP_QUICK_RET)
		w = (u64)f->ret;
	else
		return false;
	w <<= q->unused;
	out->tag = KTAP_T_INT;
	out->aux = 0;
	out->i = q->is_signed ? (s64)w >> q->unused : (s64)(w >> q->unused);
	return true;
}

static bool text(const char *from, u32 size, struct kp_value *out, void *mem, u32 seed)
{
	struct kp_str *s = mem;

	s = kp_str_init(mem, KTAP_T_STR, KP_OBJ_TEMP, KP_FRONT_TEXT);
	memset(s->data, 0, KP_FRONT_TEXT);
	s->len = kp_text_len(from, size);
	memcpy(s->data, from, s->len);
	kp_str_hash(s, seed);
	*out = kp_objval(s);
	return true;
}

static bool recorded(const struct kp_firing *f, const struct ktap_field *field,
		     struct kp_value *out, void *mem, u32 seed)
{
	if (!f->rec)
		return false;
	if (field->type == KTAP_FT_CHARS)
		return mem && f->rec_len >= (u64)field->offset + field->size &&
		       text((const char *)f->rec + field->offset, field->size, out, mem, seed);
	if (f->rec_len < (u64)field->offset + kp_int_size(field->type))
		return false;
	*out = kp_int(kp_int_load(field->type, (const u8 *)f->rec + field->offset));
	return true;
}

static bool word(const struct kp_firing *f, const struct ktap_field *field, struct kp_value *out)
{
	u64 w;

	if (!kp_host_word(f, field->offset, &w))
		return false;
	*out = kp_int(kp_int_cut(field->type, w));
	return true;
}

/* A quick fetch looks at nothing else of the event. */
static bool fetched(const struct kp_firing *f, const struct ktap_field *field, struct kp_value *out)
{
	struct kp_event ev;

	ev.probe = f->probe;
	ev.regs = f->regs;
	ev.ret = f->ret;
	*out = kp_int(0);
	return kp_fetch_number(&ev, field, &out->i);
}

/* One that ends where a name of a command does is made like one. */
struct kp_str *kp_front_derived(const void *args, kp_derive_fn *get, u64 size, void *mem, u64 seed)
{
	u64 word[KP_COMM_BYTES / 8] = { 0 };
	char *bytes = (char *)word;
	struct kp_value out;

	get(args, bytes);
	if (likely(!bytes[KP_COMM_BYTES - 1]))
		return name_at(mem, word, seed, true);
	text(bytes, (u32)size, &out, mem, (u32)seed);
	return out.str;
}

static bool derived(const struct kp_firing *f, const struct ktap_field *field,
		    struct kp_value *out, void *mem, u32 seed)
{
	kp_derive_fn *get = f->probe->derive[field->offset];

	if (field->type != KTAP_FT_CHARS) {
		*out = kp_int((s64)get(f->regs, NULL));
		return true;
	}
	if (mem)
		*out = kp_objval(kp_front_derived(f->regs, get, field->size, mem, seed));
	return mem;
}

static noinline bool slow(const struct kp_firing *f, u64 ref, struct kp_value *out, void *mem, u32 seed)
{
	const struct ktap_field *field = &f->probe->refs[ref];

	if (field->source == KP_SRC_DERIVED)
		return derived(f, field, out, mem, (u32)seed);
	if (field->source == KTAP_SRC_RECORD)
		return recorded(f, field, out, mem, seed);
	if (field->source == KTAP_SRC_WORD)
		return word(f, field, out);
	return fetched(f, field, out);
}

/* Of a probe for which kp_front_fits() was asked. */
u64 kp_front_field(const struct kp_firing *f, u64 ref, struct kp_value *out, void *mem, u64 seed)
{
	if (kp_refused(FRONT))
		return false;
	return likely(quick(f, ref, out)) || slow(f, ref, out, mem, (u32)seed);
}

u64 kp_front_equal(const struct kp_value *a, const struct kp_value *b)
{
	return kp_value_equal(a, b);
}
