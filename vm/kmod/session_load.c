// SPDX-License-Identifier: GPL-2.0
/*
 * session_load.c - LOAD: limits checked, image copied, loaded and verified, then
 * memory and rings made. What fails half-way leaves the session as new.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "context.h"
#include "session.h"
#include "../jit/jit.h"

/* On a small machine a part of what it has, so that no script takes all of it. */
static u64 default_memory(void)
{
	u64 part = ((u64)totalram_pages() << PAGE_SHIFT) / 4;

	return clamp_t(u64, part, KTAP_MIN_MEM, KTAP_DEF_MEM);
}

/* Replaces zeroes by the defaults. -EINVAL if a limit is out of its range. */
static int take_limits(struct ktap_ioc_load *io, struct kp_opts *opts)
{
	opts->mem_limit = io->mem_limit ?: default_memory();
	opts->max_steps = io->max_steps ?: KTAP_DEF_STEPS;
	opts->max_time_ns = io->max_time_ns ?: KTAP_DEF_TIME_NS;
	opts->max_string = io->max_string ?: KTAP_DEF_STRING;
	opts->seed = get_random_u32();
	io->ring_size = io->ring_size ?: KTAP_DEF_RING;

	if (opts->mem_limit < KTAP_MIN_MEM || opts->mem_limit > S64_MAX ||
	    opts->max_steps > S64_MAX || opts->max_time_ns > S64_MAX ||
	    opts->max_string > KTAP_MAX_STRING ||
	    io->max_cpu > 100 || io->interpreted ||
	    io->ring_size < KTAP_MIN_RING || io->ring_size > KTAP_MAX_RING)
		return -EINVAL;
	io->ring_size = roundup_pow_of_two(io->ring_size);
	return 0;
}

static int load_prog(const void *image, u32 len, u32 seed, struct kp_prog **prog,
		     struct ktap_error_info *error)
{
	int err = kp_prog_load(image, len, seed, prog, error);

	if (err)
		return err;
	err = kp_verify(*prog, error);
	if (err) {
		kp_prog_free(*prog);
		*prog = NULL;
	}
	return err;
}

static int copy_and_load(struct ktap_ioc_load *io, u32 seed, struct kp_prog **prog)
{
	void *image;
	int err;

	if (io->image_len > KTAP_MAX_IMAGE) {
		io->error = (struct ktap_error_info){
			.code = KTAP_E_IMG_BIG, .func = ~0u,
			.arg = { io->image_len, KTAP_MAX_IMAGE },
		};
		return -EBADMSG;
	}
	image = kvmalloc(max(io->image_len, 1u), GFP_KERNEL);
	if (!image)
		return -ENOMEM;
	err = -EFAULT;
	if (!copy_from_user(image, u64_to_user_ptr(io->image), io->image_len))
		err = load_prog(image, io->image_len, seed, prog, &io->error);
	kvfree(image);
	return err;
}

static int make_ready(struct kp_session *s, const struct kp_opts *opts, u32 ring_size, u32 max_cpu)
{
	int err;

	err = kp_contexts_get();
	if (err)
		return err;
	if (kp_ctx_init(&s->main, KP_LEVEL_PROCESS))
		return -ENOMEM;
	if (kp_vm_init(&s->vm, s->prog, opts, s))
		goto err_vm;
	if (kp_prog_has(s->prog, KP_FN_SPACE) && kp_spaces_init(&s->spaces))
		goto err_spaces;
	if (kp_governor_init(s, max_cpu))
		goto err_governor;
	if (kp_relay_open(&s->relay, ring_size))
		goto err_relay;
	s->main_ready = s->vm_ready = true;
	return 0;

err_relay:
	kp_governor_exit(s);
err_governor:
	kp_spaces_exit(&s->spaces);
err_spaces:
	kp_vm_exit(&s->vm);
err_vm:
	kp_ctx_exit(&s->main);
	return -ENOMEM;
}

/* What gets no machine code is interpreted. */
static void make_native(struct kp_session *s, struct ktap_ioc_load *io)
{
	enum ktap_interpreted why = KTAP_INTERPRETED_ASKED;

	if (!(io->flags & KTAP_LOAD_NO_JIT) && kp_jit_program(&s->vm, &why))
		io->flags |= KTAP_LOAD_JITED;
	io->interpreted = why;
}

static int load(struct kp_session *s, struct ktap_ioc_load *io)
{
	struct kp_opts opts;
	int err;

	if (s->state != KP_STATE_NEW || s->stopped)
		return -EBUSY;
	if (io->flags & ~KTAP_LOAD__ALL)
		return -EINVAL;
	memset(&io->error, 0, sizeof(io->error));
	err = take_limits(io, &opts) ?: copy_and_load(io, opts.seed, &s->prog);
	if (err)
		return err;
	err = kp_scope_init(&s->scope, io);
	if (err)
		goto err_scope;
	err = make_ready(s, &opts, io->ring_size, io->max_cpu);
	if (err)
		goto err_ready;
	io->max_cpu = s->governor.percent;
	if (!kp_scope_is_all(&s->scope))
		set_bit(KP_GATE_SCOPE, &s->gate);
	make_native(s, io);
	s->state = KP_STATE_LOADED;
	return 0;

err_ready:
	kp_scope_exit(&s->scope);
err_scope:
	kp_prog_free(s->prog);
	s->prog = NULL;
	return err;
}

int kp_session_load(struct kp_session *s, struct ktap_ioc_load *io)
{
	int err;

	mutex_lock(&s->lock);
	err = load(s, io);
	mutex_unlock(&s->lock);
	return err;
}
