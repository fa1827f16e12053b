// SPDX-License-Identifier: GPL-2.0
/*
 * agg.c - aggregates; agg.h tells how they are built.
 */
#include "agg.h"
#include "budget.h"
#include "host.h"
#include "interp.h"
#include "ops.h"
#include "wide.h"

/* --- making and unmaking --- */

/* Neighbours fall together: a page holds what one workload is likely to touch. */
static u8 page_shift_of(u32 kind)
{
	return kind == KTAP_AGG_LOGLIN ? 6 : kind == KTAP_AGG_LINEAR ? 5 : 4;
}

static u32 ncells(const struct ktap_agg_shape *shape)
{
	return shape->kind == KTAP_AGG_DISTINCT ? 0 : kp_host_cpu_limit();
}

struct kp_agg *kp_agg_new(struct kp_vm *vm, const struct ktap_agg_shape *shape)
{
	size_t tail = shape->kind == KTAP_AGG_DISTINCT ? KP_AGG_WORDS * sizeof(u32) :
		      ncells(shape) * sizeof(struct kp_agg_cell *);
	struct kp_agg *a = kp_obj_new(vm, KTAP_T_AGG, offsetof(struct kp_agg, cell) + tail);
	u32 page;

	if (!a)
		return NULL;
	a->shape = *shape;
	a->page_shift = page_shift_of(shape->kind);
	page = 1u << a->page_shift;
	a->npages = (ktap_agg_buckets(shape) + page - 1) >> a->page_shift;
	a->ncells = ncells(shape);
	memset(a->cell, 0, tail);
	return a;
}

struct kp_agg *kp_agg_plain(struct kp_vm *vm)
{
	struct ktap_agg_shape shape = {
		.kind = vm->prog->flags & KTAP_IMAGE_DISTRIBUTIONS ? KTAP_AGG_LOG2 : KTAP_AGG_PLAIN,
	};

	return kp_agg_new(vm, &shape);
}

static void destroy_cell(struct kp_vm *vm, const struct kp_agg *a, struct kp_agg_cell *c)
{
	u32 i;

	for (i = 0; i < a->npages; i++)
		if (c->page[i])
			kp_heap_free(&vm->heap, c->page[i], c->page[i]->cls);
	kp_heap_free(&vm->heap, c, c->cls);
}

void kp_agg_destroy(struct kp_vm *vm, struct kp_agg *a)
{
	u32 i;

	for (i = 0; i < a->ncells; i++)
		if (a->cell[i])
			destroy_cell(vm, a, a->cell[i]);
}

/* Zeroed memory, with its class; memory that runs low is asked for. */
static void *take(struct kp_vm *vm, size_t bytes, u8 *cls)
{
	void *p = kp_heap_alloc(&vm->heap, bytes, cls);

	if (unlikely(kp_heap_low(&vm->heap)))
		kp_vm_kick(vm);
	return p ? memset(p, 0, bytes) : NULL;
}

/* --- adding a sample; the CPU stays --- */

/* An interrupt's handler may have made the cell meanwhile: then its own is taken. */
static struct kp_agg_cell *make_cell(struct kp_vm *vm, struct kp_agg *a, u32 cpu)
{
	struct kp_agg_cell *c, *was;
	u8 cls;

	c = take(vm, sizeof(*c) + a->npages * sizeof(c->page[0]), &cls);
	if (!c)
		return NULL;
	c->cls = cls;
	c->min = (s64)(~0ull >> 1);
	c->max = (s64)(1ull << 63);
	was = cmpxchg(&a->cell[cpu], NULL, c);
	if (!was)
		return c;
	kp_heap_free(&vm->heap, c, cls);
	return was;
}

static struct kp_agg_page *make_page(struct kp_vm *vm, const struct kp_agg *a,
				     struct kp_agg_page **at)
{
	struct kp_agg_page *p, *was;
	u8 cls;

	p = take(vm, sizeof(*p) + (sizeof(p->n[0]) << a->page_shift), &cls);
	if (!p)
		return NULL;
	p->cls = cls;
	was = cmpxchg(at, NULL, p);
	if (!was)
		return p;
	kp_heap_free(&vm->heap, p, cls);
	return was;
}

/* The first step that is not below v, by halving: there is no division in it. */
static u32 linear_bucket(const struct ktap_agg_shape *s, s64 v)
{
	u32 low = 0, high = s->steps + 1;

	while (low < high) {
		u32 mid = (low + high) / 2;
		s64 first, last;

		ktap_agg_range(s, mid, &first, &last);
		if (v <= last)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

static __always_inline u32 bucket_of(const struct ktap_agg_shape *s, s64 v)
{
	u64 m = ktap_agg_magnitude(v);

	if (s->kind == KTAP_AGG_LINEAR)
		return linear_bucket(s, v);
	if (s->kind == KTAP_AGG_LOG2)
		return v < 0 ? KTAP_AGG_LOG2_ZERO - ktap_agg_log2_place(m) :
			       KTAP_AGG_LOG2_ZERO + ktap_agg_log2_place(m);
	return v < 0 ? KTAP_AGG_LL_ZERO - ktap_agg_ll_place(m) :
		       KTAP_AGG_LL_ZERO + ktap_agg_ll_place(m);
}

/* NULL: no memory. `vm` NULL: nor is it asked for. */
static __always_inline u64 *bucket_at(struct kp_vm *vm, const struct kp_agg *a,
				      struct kp_agg_cell *c, s64 v)
{
	u32 b = bucket_of(&a->shape, v);
	struct kp_agg_page **at = &c->page[b >> a->page_shift];
	struct kp_agg_page *p = READ_ONCE(*at);

	if (unlikely(!p) && vm)
		p = make_page(vm, a, at);
	return likely(p) ? &p->n[b & ((1u << a->page_shift) - 1)] : NULL;
}

static void local_min(s64 *p, s64 v)
{
	s64 was, old = (s64)kp_read64(p);

	for (; v < old; old = was) {
		was = kp_local_cmpxchg64(p, old, v);
		if (was == old)
			break;
	}
}

static void local_max(s64 *p, s64 v)
{
	s64 was, old = (s64)kp_read64(p);

	for (; v > old; old = was) {
		was = kp_local_cmpxchg64(p, old, v);
		if (was == old)
			break;
	}
}

/* Whoever makes the low half wrap carries: it sees so by its own addition. */
static __always_inline void add_square(struct kp_agg_cell *c, s64 v)
{
	u64 m = ktap_agg_magnitude(v);
	struct kp_wide sq = likely(!(m >> 32)) ? (struct kp_wide){ m * m, 0 } : kp_wide_mul(m, m);
	u64 carry = kp_local_add_return64(&c->square_low, sq.low) < sq.low;

	if (unlikely(sq.high + carry))
		kp_local_add64(&c->square_high, sq.high + carry);
}

static __always_inline bool add_here(struct kp_vm *vm, struct kp_agg *a, u32 cpu, s64 v)
{
	struct kp_agg_cell *c = cpu < a->ncells ? READ_ONCE(a->cell[cpu]) : NULL;
	u64 *bucket = NULL;

	if (unlikely(!c) && vm && cpu < a->ncells)
		c = make_cell(vm, a, cpu);
	if (unlikely(!c))
		return false;
	if (a->npages) {
		bucket = bucket_at(vm, a, c, v);
		if (unlikely(!bucket))
			return false;
		kp_local_inc64(bucket);
	}
	kp_local_add64(&c->sum, (u64)v);
	add_square(c, v);
	local_min(&c->min, v);
	local_max(&c->max, v);
	kp_local_inc64(&c->count);
	return true;
}

/* --- how many different values: HyperLogLog, 4096 registers of a byte --- */

#define REGISTERS	(4 * KP_AGG_WORDS)
#define REGISTER_BITS	12

static u32 *word_of(const struct kp_agg *a, u32 r)
{
	return (u32 *)a->cell + r / 4;
}

static u64 mix64(u64 h)
{
	h = (h ^ h >> 33) * 0xff51afd7ed558ccdull;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53ull;
	return h ^ h >> 33;
}

static void raise_register(u32 *word, u32 shift, u32 rank)
{
	u32 was, old = READ_ONCE(*word);

	for (; (old >> shift & 0xff) < rank; old = was) {
		was = cmpxchg(word, old, (old & ~(0xffu << shift)) | rank << shift);
		if (was == old)
			break;
	}
}

static void add_distinct(struct kp_vm *vm, struct kp_agg *a, const struct kp_value *v)
{
	u64 own = v->tag == KTAP_T_INT ? (u64)v->i :
		  kp_value_hash(v, vm->opts.seed) | (u64)(v->tag + 1) << 32;
	u64 h = mix64(own);
	u32 r = (u32)h & (REGISTERS - 1);
	u64 rest = h >> REGISTER_BITS;
	u32 rank = rest ? (u32)__builtin_ctzll(rest) + 1 : 64 - REGISTER_BITS + 1;

	raise_register(word_of(a, r), r % 4 * 8, rank);
}

/* log2 of n >= 1 in 16 bits of fraction, by squaring. */
static u32 log2_fixed(u32 n)
{
	u32 whole = 31 - (u32)__builtin_clz(n), bits = 0, i;
	u64 x = (u64)n << 31 >> whole;		/* 1 <= x < 2, 31 bits of fraction */

	for (i = 0; i < 16; i++) {
		x = x * x >> 31;
		bits <<= 1;
		if (x >> 32) {
			bits |= 1;
			x >>= 1;
		}
	}
	return whole << 16 | bits;
}

/* Registers never touched tell the number better while there are many: m ln(m / empty). */
static u64 count_by_empty(u32 empty)
{
	u64 log = (u64)(REGISTER_BITS << 16) - log2_fixed(empty);

	return (log * 45426 * REGISTERS + (1ull << 31)) >> 32;	/* ln 2 = 45426 / 2^16 */
}

u64 kp_agg_distinct(const struct kp_agg *a)
{
	const u64 scaled = 12098218ull << 39;	/* alpha m^2, 2^39 for a unit */
	u64 sum = 0, estimate;
	u32 i, empty = 0;

	for (i = 0; i < REGISTERS; i++) {
		u32 rank = READ_ONCE(*word_of(a, i)) >> i % 4 * 8 & 0xff;

		empty += !rank;
		sum += rank < 39 ? 1ull << (39 - rank) : 1;
	}
	estimate = (u64)KP_DIV64((s64)scaled, (s64)sum);
	if (empty && estimate < 5 * REGISTERS / 2)
		return count_by_empty(empty);
	return estimate;
}

/* --- adding --- */

bool kp_agg_add(struct kp_ctx *ctx, struct kp_agg *a, struct kp_value *v)
{
	bool ok;

	if (a->shape.kind == KTAP_AGG_DISTINCT) {
		if (!kp_materialise(ctx, v))
			return false;
		if (v->tag == KTAP_T_NIL)
			return kp_fail1(ctx, KTAP_E_R_SAMPLE, kp_type_arg(v));
		add_distinct(ctx->vm, a, v);
		return true;
	}
	if (unlikely(v->tag != KTAP_T_INT))
		return kp_fail1(ctx, KTAP_E_R_SAMPLE, kp_type_arg(v));
	ok = add_here(ctx->vm, a, kp_host_pin(), v->i);
	kp_host_unpin();
	if (likely(ok))
		return true;
	atomic64_inc(&ctx->vm->table_drops);
	return kp_count_dropped(ctx);
}

bool kp_agg_add_quick(struct kp_agg *a, s64 v)
{
	return add_here(NULL, a, kp_host_here(), v);
}

static bool not_aggregate(struct kp_ctx *ctx, const struct kp_value *was)
{
	return kp_fail1(ctx, KTAP_E_R_AGG, kp_type_arg(was));
}

/* Puts a new aggregate where nil is, unless another was faster. False: no memory. */
static bool slot_begin(struct kp_vm *vm, struct kp_slot *s)
{
	struct kp_agg *a = kp_agg_plain(vm);

	if (!a) {
		atomic64_inc(&vm->table_drops);
		return false;
	}
	a->o.flags |= KP_OBJ_SHARED;
	if (cmpxchg(&s->obj, (uintptr_t)KTAP_T_NIL, (uintptr_t)a) != KTAP_T_NIL)
		kp_obj_kill(vm, &a->o);		/* nobody has seen it */
	return true;
}

bool kp_op_slot_agg(struct kp_ctx *ctx, struct kp_slot *s, struct kp_value *v)
{
	struct kp_value x = kp_slot_load(s);

	if (unlikely(x.tag == KTAP_T_NIL)) {
		if (v->tag == KTAP_T_NIL)
			return kp_fail1(ctx, KTAP_E_R_SAMPLE, kp_type_arg(v));
		kp_refill(ctx);
		if (!slot_begin(ctx->vm, s))
			return kp_count_dropped(ctx);
		x = kp_slot_load(s);
	}
	return likely(x.tag == KTAP_T_AGG) ? kp_agg_add(ctx, x.agg, v) : not_aggregate(ctx, &x);
}

bool kp_op_tab_agg(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		   struct kp_value *v)
{
	struct kp_value x;

	if (!kp_op_check_tab(ctx, t) || !kp_op_check_key(ctx, key))
		return false;
	if (v->tag == KTAP_T_NIL)
		return kp_fail1(ctx, KTAP_E_R_SAMPLE, kp_type_arg(v));
	if (unlikely(kp_tab_agg(t->tab, key, &x) != KP_DONE))
		return kp_count_dropped(ctx);
	return likely(x.tag == KTAP_T_AGG) ? kp_agg_add(ctx, x.agg, v) : not_aggregate(ctx, &x);
}

/* --- reading --- */

static void add_cell(struct kp_agg_total *t, const struct kp_agg_cell *c)
{
	struct kp_wide sq = { kp_read64(&c->square_low), kp_read64(&c->square_high) };
	s64 min = (s64)kp_read64(&c->min), max = (s64)kp_read64(&c->max);

	t->count += kp_read64(&c->count);
	t->sum += kp_read64(&c->sum);
	if (min < t->min)
		t->min = min;
	if (max > t->max)
		t->max = max;
	t->square = kp_wide_add(t->square, sq);
}

void kp_agg_total(const struct kp_agg *a, struct kp_agg_total *t)
{
	u32 i;

	memset(t, 0, sizeof(*t));
	t->min = (s64)(~0ull >> 1);
	t->max = (s64)(1ull << 63);
	if (a->shape.kind == KTAP_AGG_DISTINCT)
		t->count = kp_agg_distinct(a);
	for (i = 0; i < a->ncells; i++) {
		const struct kp_agg_cell *c = smp_load_acquire(&a->cell[i]);

		if (c)
			add_cell(t, c);
	}
}

s64 kp_agg_avg(const struct kp_agg_total *t)
{
	return t->count ? KP_DIV64((s64)t->sum, (s64)t->count) : 0;
}

/*
 * sqrt(sum of (x - mean)^2 / n), rounded down, with the mean rounded toward zero.
 * With sum = n mean + r the sum of squared differences is squares - mean (sum + r),
 * where mean, sum and r have one sign.
 */
s64 kp_agg_stddev(const struct kp_agg_total *t)
{
	s64 mean = kp_agg_avg(t);
	u64 m = ktap_agg_magnitude(mean), sum = ktap_agg_magnitude((s64)t->sum);
	struct kp_wide less, d;

	if (!t->count)
		return 0;
	less = kp_wide_mul(m, sum);
	less = kp_wide_add(less, kp_wide_mul(m, sum - m * t->count));
	if (kp_wide_less(t->square, less))	/* read while samples came */
		return 0;
	d = kp_wide_div(kp_wide_sub(t->square, less), t->count);
	return (s64)kp_wide_sqrt(d);
}

u64 kp_agg_bucket(const struct kp_agg *a, u32 index)
{
	u64 n = 0;
	u32 i;

	for (i = 0; i < a->ncells; i++) {
		const struct kp_agg_cell *c = smp_load_acquire(&a->cell[i]);
		const struct kp_agg_page *p;

		p = c ? smp_load_acquire(&c->page[index >> a->page_shift]) : NULL;
		if (p)
			n += kp_read64(&p->n[index & ((1u << a->page_shift) - 1)]);
	}
	return n;
}

/* Whether any CPU counts in a page. */
static bool has_page(const struct kp_agg *a, u32 page)
{
	u32 i;

	for (i = 0; i < a->ncells; i++) {
		const struct kp_agg_cell *c = smp_load_acquire(&a->cell[i]);

		if (c && READ_ONCE(c->page[page]))
			return true;
	}
	return false;
}

/* The next bucket from `index` on whose page is there; the number of buckets at the end. */
static u32 next_bucket(const struct kp_agg *a, u32 index)
{
	u32 n = ktap_agg_buckets(&a->shape), size = 1u << a->page_shift;

	while (index < n && !(index & (size - 1)) && !has_page(a, index >> a->page_shift))
		index += size;
	return index < n ? index : n;
}

/* Where in a bucket the rank-th of its n samples may be, its values evenly spread. */
static s64 inside(const struct kp_agg *a, const struct kp_agg_total *t, u32 index,
		  u64 rank, u64 n)
{
	s64 first, last;
	struct kp_wide part;

	ktap_agg_range(&a->shape, index, &first, &last);
	first = first < t->min ? t->min : first;
	last = last > t->max ? t->max : last;
	if (last <= first)
		return first;
	if (a->shape.kind == KTAP_AGG_LOGLIN)
		return first + (s64)(((u64)last - (u64)first) / 2);
	part = kp_wide_mul((u64)last - (u64)first, rank - 1);
	part = kp_wide_div(part, n > 1 ? n - 1 : 1);
	return (s64)((u64)first + part.low);
}

/* By the nearest rank: that of the p-th of 100 samples, from 1. */
static u64 rank_of(u64 count, s64 p)
{
	struct kp_wide r = kp_wide_mul(count, (u64)p);
	u64 rank;

	r = kp_wide_add(r, (struct kp_wide){ 99, 0 });
	rank = kp_wide_div(r, 100).low;
	return rank ? rank : 1;
}

bool kp_agg_percentile(struct kp_ctx *ctx, const struct kp_agg *a, s64 p, s64 *out)
{
	u32 i, n = ktap_agg_buckets(&a->shape);
	u64 rank, in;
	struct kp_agg_total t;

	kp_agg_total(a, &t);
	rank = rank_of(t.count, p);
	*out = p ? t.max : t.min;
	if (!p || p == 100)
		return true;
	for (i = next_bucket(a, 0); i < n; i = next_bucket(a, i + 1)) {
		if (!(i & 63) && !kp_spend(ctx))
			return false;
		in = kp_agg_bucket(a, i);
		if (rank <= in) {
			*out = inside(a, &t, i, rank, in);
			return true;
		}
		rank -= in;
	}
	return true;
}

/* --- into records --- */

/* A bucket of LOGLIN as the power of two in which it lies. */
static u32 shown_bucket(const struct kp_agg *a, u32 index)
{
	struct ktap_agg_shape log2 = { .kind = KTAP_AGG_LOG2 };
	s64 first, last;

	if (a->shape.kind != KTAP_AGG_LOGLIN)
		return index;
	ktap_agg_range(&a->shape, index, &first, &last);
	return bucket_of(&log2, first);
}

static u32 encode_buckets(const struct kp_agg *a, struct ktap_agg_bucket *b, u32 room, bool *cut)
{
	u32 i, n = 0, total = ktap_agg_buckets(&a->shape);

	for (i = next_bucket(a, 0); i < total; i = next_bucket(a, i + 1)) {
		u64 count = kp_agg_bucket(a, i);
		u32 index = shown_bucket(a, i);

		if (!count)
			continue;
		if (n && b[n - 1].index == index) {
			b[n - 1].count += count;
			continue;
		}
		if (n == room) {
			*cut = true;
			break;
		}
		b[n++] = (struct ktap_agg_bucket){ index, 0, count };
	}
	return n;
}

u32 kp_agg_encode(const struct kp_agg *a, void *to, u32 room, bool buckets, bool *cut)
{
	struct ktap_agg_rec *r = to;
	struct kp_agg_total t;

	*cut = false;
	if (room < sizeof(*r))
		return 0;
	kp_agg_total(a, &t);
	*r = (struct ktap_agg_rec){
		.shape = a->shape, .count = t.count, .sum = (s64)t.sum,
		.min = t.min, .max = t.max, .stddev = kp_agg_stddev(&t),
	};
	if (buckets)
		r->nbuckets = encode_buckets(a, (void *)(r + 1), (room - sizeof(*r)) /
					     sizeof(struct ktap_agg_bucket), cut);
	return sizeof(*r) + r->nbuckets * sizeof(struct ktap_agg_bucket);
}
