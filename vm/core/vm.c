// SPDX-License-Identifier: GPL-2.0
/*
 * vm.c - sessions and invocations: making and ending them, the housekeeping that
 * runs beside them.
 */
#include "budget.h"
#include "call.h"
#include "ctx.h"
#include "error.h"
#include "host.h"
#include "ops.h"
#include "run.h"
#include "obj.h"
#include "str.h"
#include "tab.h"

int kp_vm_init(struct kp_vm *vm, const struct kp_prog *prog,
	       const struct kp_opts *opts, void *host)
{
	u32 n = prog->nglobal ? prog->nglobal : 1;

	memset(vm, 0, sizeof(*vm));
	vm->prog = prog;
	vm->opts = *opts;
	vm->opts.seed = prog->seed;
	vm->host = host;
	vm->global = kp_host_alloc(n * sizeof(vm->global[0]));
	if (!vm->global)
		return -1;
	if (kp_heap_init(&vm->heap, opts->mem_limit)) {
		kp_host_free(vm->global);
		return -1;
	}
	return 0;
}

/* Objects lie in the heap's chunks: freeing these frees all. */
void kp_vm_exit(struct kp_vm *vm)
{
	kp_heap_exit(&vm->heap);
	kp_host_free(vm->global);
	kp_host_free(vm->end);
	vm->global = NULL;
	vm->end = NULL;
}

/* --- housekeeping --- */

static struct kp_obj *take_retired(struct kp_heap *h)
{
	return READ_ONCE(h->retired) ? xchg(&h->retired, NULL) : NULL;
}

static struct kp_tab *take_dirty(struct kp_heap *h)
{
	return READ_ONCE(h->dirty) ? xchg(&h->dirty, NULL) : NULL;
}

/*
 * What was removed from each table moves to the table's own `removed` batch; the
 * batches are freed after the grace period that the caller waits for.
 */
struct batch {
	struct kp_tab *tab;
	struct kp_entry *removed;
	u32 moved;
};

#define BATCHES	64u

static u32 gather(struct kp_heap *h, struct batch *b)
{
	u32 n = 0;

	if (!h->serving)
		h->serving = take_dirty(h);
	while (h->serving && n < BATCHES) {
		struct kp_tab *t = h->serving;

		h->serving = t->dirty_next;
		b[n].tab = t;
		b[n].removed = kp_tab_take_removed(t, &b[n].moved);
		n++;
	}
	return n;
}

static void free_batches(struct kp_vm *vm, struct batch *b, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		kp_tab_free_removed(b[i].tab, b[i].removed, b[i].moved);
		kp_obj_put(vm, &b[i].tab->o);
	}
}

static void outlive_all(struct kp_vm *vm, struct kp_obj *o)
{
	while (o) {
		struct kp_obj *next = o->link;

		kp_obj_outlived(vm, o);
		o = next;
	}
}

/*
 * Proof that nothing freed here is still seen: an object is retired when its last
 * reference is gone, a table entry when it is out of its chain; who starts looking
 * later cannot find either. Who looked before is a handler or a process context
 * inside its read-side section, and kp_host_synchronize() outlasts those. An object
 * that one of these took up again shows that by its count, and is left alone. What
 * the freed things held is put, and so retired in turn, for a later round.
 */
static bool free_round(struct kp_vm *vm)
{
	struct batch b[BATCHES];
	u32 n = gather(&vm->heap, b);
	struct kp_obj *dead = take_retired(&vm->heap);

	if (!n && !dead)
		return false;
	kp_host_synchronize(vm);
	free_batches(vm, b, n);
	outlive_all(vm, dead);
	return true;
}

#define ROUNDS	8	/* grace periods of one go, so that its end can be waited for */

bool kp_vm_serve(struct kp_vm *vm)
{
	int i;

	WRITE_ONCE(vm->heap.kicked, 0);
	smp_mb();	/* whoever still saw it set has listed his work before */
	for (i = 0; i < ROUNDS; i++) {
		kp_heap_refill(&vm->heap);
		if (!free_round(vm))
			return false;
	}
	return true;
}

void kp_vm_service(struct kp_vm *vm)
{
	while (kp_vm_serve(vm))
		;
}

/* --- static strings --- */

size_t kp_static_str_size(u32 len)
{
	return kp_str_size(len);
}

struct kp_str *kp_static_str(void *mem, const char *bytes, u32 len, u32 seed)
{
	struct kp_str *s = kp_str_init(mem, KTAP_T_STR, KP_OBJ_STATIC, len);

	memcpy(s->data, bytes, len);
	kp_str_hash(s, seed);
	return s;
}

/* --- closures --- */

struct kp_closure *kp_closure_get(struct kp_closure *fn)
{
	kp_obj_get(&fn->o);
	if (!(fn->o.flags & KP_OBJ_SHARED))
		fn->o.flags |= KP_OBJ_SHARED;
	return fn;
}

void kp_closure_put(struct kp_vm *vm, struct kp_closure *fn)
{
	kp_obj_put(vm, &fn->o);
}

bool kp_prog_has(const struct kp_prog *prog, u32 flag)
{
	u32 i;

	for (i = 0; i < prog->nfn; i++)
		if (prog->fn[i].flags & flag)
			return true;
	return false;
}

/* A function that calls what it does not know may reach any function of the program. */
bool kp_closure_needs_args(const struct kp_closure *fn)
{
	const struct kp_prog *prog = fn->fn->prog;

	if (fn->fn->flags & KP_FN_ARGS)
		return true;
	return fn->fn->flags & KP_FN_CALLS && kp_prog_has(prog, KP_FN_ARGS);
}

bool kp_closure_needs_refs(const struct kp_closure *fn, u64 *refs)
{
	const struct kp_prog *prog = fn->fn->prog;
	u32 i;

	*refs = fn->fn->refs;
	if (!(fn->fn->flags & KP_FN_CALLS))
		return !(fn->fn->flags & KP_FN_WHOLE);
	for (i = 0; i < prog->nfn; i++)
		*refs |= prog->fn[i].refs;
	return !kp_prog_has(prog, KP_FN_WHOLE);
}

static bool grow_end(struct kp_vm *vm)
{
	u32 room = vm->end_room ? vm->end_room * 2 : 8;
	struct kp_closure **end = kp_host_alloc(room * sizeof(*end));

	if (!end)
		return false;
	if (vm->nend)
		memcpy(end, vm->end, vm->nend * sizeof(*end));
	kp_host_free(vm->end);
	vm->end = end;
	vm->end_room = room;
	return true;
}

bool kp_vm_add_end(struct kp_ctx *ctx, struct kp_closure *fn)
{
	struct kp_vm *vm = ctx->vm;

	if (vm->nend == vm->end_room && !grow_end(vm))
		return kp_fail0(ctx, KTAP_E_R_NOMEM);
	vm->end[vm->nend++] = kp_closure_get(fn);
	return true;
}

/* --- invocations --- */

static void begin(struct kp_ctx *ctx, struct kp_vm *vm, struct kp_event *ev)
{
	ctx->vm = vm;
	ctx->ev = ev;
	ctx->handler = NULL;
	ctx->main = false;
}

/* What a failed or finished invocation leaves, and what it says of itself. */
static enum kp_run ended(struct kp_ctx *ctx, enum kp_interp_status status)
{
	if (status == KP_INTERP_TRACE)
		return KP_RUN_TRACE;
	if (status == KP_INTERP_FAILED && ctx->err.code != KTAP_E_R_INTR)
		kp_error_report(ctx);
	kp_ctx_reset(ctx);
	return status == KP_INTERP_DONE ? KP_RUN_DONE : KP_RUN_ERROR;
}

static inline enum kp_run run(struct kp_ctx *ctx)
{
	return ended(ctx, kp_run(ctx));
}

static enum kp_run start(struct kp_ctx *ctx, struct kp_closure *fn, u32 nargs)
{
	kp_budget_begin(ctx);
	if (kp_call_enter(ctx, fn, nargs))
		return run(ctx);
	kp_error_report(ctx);
	kp_ctx_reset(ctx);
	return KP_RUN_ERROR;
}

/*
 * The first frame of a handler, laid out by hand: there is room for any one frame,
 * and the handler's only argument is where it belongs. A function without KP_FN_FILL
 * neither has its registers walked nor loops or calls.
 */
static inline void enter_handler(struct kp_ctx *ctx, const struct kp_closure *cl)
{
	const struct kp_fn *fn = cl->fn;
	struct kp_frame *f = &ctx->frame[0];

	f->cl = cl;
	f->pc = fn->insn;
	f->base = 0;
	f->nextra = 0;
	f->want = 1;
	f->ret = 0;
	f->prot = 0;
	ctx->depth = 1;
	ctx->stack[0] = (struct kp_value){ .tag = KTAP_T_EVENT };
	if (fn->flags & KP_FN_FILL) {
		kp_budget_begin(ctx);
		if (fn->nregs)	/* the first is the event */
			kp_fill_nil(&ctx->stack[1], fn->nregs - 1u);
	}
}

static inline bool is_good(struct kp_ctx *ctx, enum kp_run how)
{
	return likely(how == KP_RUN_DONE) || ctx->err.code == KTAP_E_R_INTR;
}

/* Machine code that came to its end by itself has nothing to tell. */
static inline bool handle_native(struct kp_ctx *ctx, const struct kp_fn *fn, u32 pc)
{
	enum kp_native_status status;

	ctx->resume = pc;
	status = KP_NATIVE(fn->native, ctx, ctx->stack);
	if (unlikely(status != KP_NATIVE_DONE))
		return is_good(ctx, ended(ctx, kp_run_on(ctx, status)));
	kp_ctx_reset(ctx);
	return true;
}

bool kp_vm_handle(struct kp_ctx *ctx, struct kp_vm *vm, struct kp_closure *cl,
		  struct kp_event *ev)
{
	begin(ctx, vm, ev);
	ev->ctx = ctx;
	if (unlikely(cl->fn->flags & KP_FN_VARARG)) {
		ctx->stack[0] = (struct kp_value){ .tag = KTAP_T_EVENT };
		return is_good(ctx, start(ctx, cl, 1));
	}
	enter_handler(ctx, cl);
	if (likely(cl->fn->native))
		return handle_native(ctx, cl->fn, 0);
	return is_good(ctx, run(ctx));
}

bool kp_vm_go_on(struct kp_ctx *ctx, struct kp_vm *vm, struct kp_closure *cl, struct kp_event *ev,
		 u32 pc, const struct kp_value *R, u32 have)
{
	struct kp_value *to = ctx->stack;

	begin(ctx, vm, ev);
	ev->ctx = ctx;
	enter_handler(ctx, cl);
	ctx->frame[0].pc += pc;
	for (; have; have >>= 1, R++, to++)
		if (have & 1)
			*to = *R;
	if (cl->fn->native)
		return handle_native(ctx, cl->fn, pc);
	return is_good(ctx, run(ctx));
}

enum kp_run kp_vm_main(struct kp_ctx *ctx, struct kp_vm *vm)
{
	struct kp_closure *main;

	begin(ctx, vm, NULL);
	ctx->main = true;
	main = kp_obj_new(vm, KTAP_T_FUNC, sizeof(*main));
	if (!main) {
		kp_fail0(ctx, KTAP_E_R_NOMEM);
		kp_error_report(ctx);
		return KP_RUN_ERROR;
	}
	main->fn = &vm->prog->fn[0];
	main->nup = 0;
	kp_young_add(ctx, &main->o);
	return start(ctx, main, 0);
}

enum kp_run kp_vm_continue(struct kp_ctx *ctx)
{
	ctx->handler = NULL;
	return run(ctx);
}

enum kp_run kp_vm_end(struct kp_ctx *ctx, struct kp_vm *vm, u32 nth)
{
	if (nth >= vm->nend)
		return KP_RUN_DONE;
	if (ctx->depth)		/* the main chunk stands at a trace statement: it does not go on */
		kp_ctx_reset(ctx);
	begin(ctx, vm, NULL);
	return start(ctx, vm->end[nth], 0);
}
