// SPDX-License-Identifier: GPL-2.0
#include "run/session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "run/account.h"
#include "run/attach.h"
#include "run/device.h"
#include "run/shown.h"
#include "run/signals.h"
#include "run/unwind.h"
#include "util/arena.h"
#include "util/numbers.h"
#include "util/text.h"

#define WATCH_MS	1000	/* how often -v looks for losses */

void session_say(const struct session *s, const char *format, ...)
{
	struct buf line = { 0 };
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	buf_printf(&line, "ktap: %s\n", text);
	fputs(text_cstr(&line), s->opts.err);
	fflush(s->opts.err);
	buf_free(&line);
}

/* Keeps the first failure's code. */
static void fail(struct session *s, int code)
{
	if (!s->failed)
		s->code = code;
	s->failed = true;
}

int session_module_info(struct ktap_ioc_info *info, struct buf *why)
{
	int fd = device_open(why), err;

	if (fd < 0)
		return -1;
	err = device_info(fd, info, why);
	close(fd);
	return err;
}

/* The module rounds up as well: it is done here to know how much to map. */
static uint32_t ring_size(uint64_t asked)
{
	uint64_t size = KTAP_MIN_RING;

	if (!asked)
		asked = KTAP_DEF_RING;
	while (size < asked && size < KTAP_MAX_RING)
		size *= 2;
	return size;
}

/* The given scope, and the command with what it creates. */
static void widen(struct session *s, struct scope *scope, struct numbers *pids)
{
	*scope = s->opts.scope;
	if (!s->opts.command || s->opts.everything)
		return;
	for (unsigned int i = 0; i < scope->npids; i++)
		*list_push(pids) = scope->pids[i];
	*list_push(pids) = s->child.pid;
	scope->pids = pids->at;
	scope->npids = pids->n;
	scope->follow = true;
}

static void say_engine(const struct session *s, const struct ktap_ioc_load *io)
{
	struct buf line = { 0 };

	device_engine(io, &line);
	session_say(s, "%s", text_cstr(&line));
	buf_free(&line);
}

static int load(struct session *s, struct buf *why)
{
	struct ktap_ioc_load io = { .ring_size = s->ring_bytes, .mem_limit = s->opts.mem_bytes,
				    .max_string = s->opts.string_bytes, .max_cpu = s->opts.max_cpu,
				    .flags = s->opts.no_jit ? KTAP_LOAD_NO_JIT : 0 };
	struct numbers pids = { 0 };
	struct scope_args args;
	struct scope scope;
	int err;

	widen(s, &scope, &pids);
	err = scope_apply(&scope, s->info.ncpus, &args, &io, why);
	if (!err) {
		err = device_load(s->device, &s->image, &io, why);
		scope_release(&args);
	}
	free(pids.at);
	if (!err && s->opts.verbose)
		say_engine(s, &io);
	return err;
}

/* One RUN call that a signal may interrupt. 0 or -errno. */
static int call_run(struct session *s, struct ktap_ioc_run *io)
{
	int err = 0;

	signals_open();
	if (!signals_came() || io->phase == KTAP_RUN_END)
		err = ioctl(s->device, KTAP_IOC_RUN, io) ? -errno : 0;
	else
		err = -EINTR;
	signals_shut();
	return err;
}

static void note_exit(struct session *s, int code)
{
	s->exited = true;
	if (code)
		fail(s, code & 0xff);
}

/* The statement's text, from the image or, computed by the script, from the call. */
static const char *statement_text(struct session *s, struct ktap_ioc_run *io, char *text)
{
	struct ktap_ispec spec;

	if (image_spec(&s->image, io->spec, &spec))
		return image_string(&s->image, spec.text);
	text[io->text_len < KTAP_SPEC_LEN ? io->text_len : KTAP_SPEC_LEN] = 0;
	return text;
}

/* What RUN of the main chunk came back with. True: go on running it. */
static bool after_run(struct session *s, int err, struct ktap_ioc_run *io, char *text)
{
	if (err == -EINTR)
		return false;
	if (err) {
		session_say(s, "the program cannot run: %s", strerror(-err));
		fail(s, KTAP_EXIT_LOAD);
		return false;
	}
	switch (io->status) {
	case KTAP_RUN_TRACE:
		if (!attach_statement(s, io, statement_text(s, io, text)))
			return true;
		fail(s, KTAP_EXIT_LOAD);
		return false;
	case KTAP_RUN_ERROR:
		fail(s, KTAP_EXIT_SCRIPT);
		return false;
	case KTAP_RUN_EXITED:
		note_exit(s, io->exit_code);
		return false;
	default:
		return false;
	}
}

static void run_main(struct session *s)
{
	char *text = xmalloc(KTAP_SPEC_LEN + 1);
	struct ktap_ioc_run io;
	int err;

	do {
		io = (struct ktap_ioc_run){ .size = sizeof(io), .phase = KTAP_RUN_MAIN,
					    .text = (uintptr_t)text };
		text[0] = 0;
		err = call_run(s, &io);
	} while (after_run(s, err, &io, text));
	free(text);
}

static void say_banner(const struct session *s)
{
	const char *plural = s->attached == 1 ? "" : "s";

	if (!s->opts.quiet)
		fprintf(s->opts.err, "Tracing %u event%s... Hit Ctrl-C to end.\n",
			s->attached, plural);
	else if (s->opts.verbose)
		session_say(s, "tracing %u event%s", s->attached, plural);
}

void session_tell(struct session *s, uint32_t kind, int nr)
{
	struct ktap_ioc_tell io = { .size = sizeof(io), .kind = kind, .nr = nr };
	int err = 0;

	signals_open();
	if (!signals_came())
		err = ioctl(s->device, KTAP_IOC_TELL, &io) ? errno : 0;
	signals_shut();
	if (err && err != EINTR)
		session_say(s, "the program cannot be told of an event: %s", strerror(err));
}

static void note_child(struct session *s)
{
	if (!s->opts.command || !child_is_over(&s->child))
		return;
	if (s->child.status)
		session_say(s, "'%s' ended with status %d", s->opts.command[0], s->child.status);
	session_tell(s, KTAP_EV_EXIT, 0);
}

/* Whether what is traced is there by itself, or comes with the command or with a module. */
static bool has_work(const struct session *s)
{
	return s->attached || s->opts.command || later_waits(s);
}

enum { OVER, CHILD, CHANGES, WATCHED };

/* True: tracing goes on. */
static bool after_wait(struct session *s, int signal, struct pollfd fds[WATCHED])
{
	if (signal == SIGNALS_LATE)
		account_watch(s);
	else if (signal)
		session_tell(s, KTAP_EV_SIGNAL, signal);
	else if (signals_came() || fds[OVER].revents || fds[CHILD].revents)
		return false;
	else if (fds[CHANGES].revents & (POLLHUP | POLLERR))
		fds[CHANGES].fd = -1;	/* the reader tells when it is over */
	else
		later_look(s);
	return true;
}

static void trace(struct session *s)
{
	struct pollfd fds[WATCHED] = {
		[OVER] = { .fd = s->reader.over, .events = POLLIN },
		[CHILD] = { .fd = s->child.ended, .events = POLLIN },
		[CHANGES] = { .fd = s->device, .events = POLLRDBAND },
	};
	int signal;

	if (s->failed || s->exited || !has_work(s) || signals_came())
		return;
	say_banner(s);
	if (s->opts.command)
		child_go(&s->child);
	do
		signal = signals_wait(fds, WATCHED, s->opts.verbose ? WATCH_MS : -1);
	while (after_wait(s, signal, fds));
	note_child(s);
}

/* trace_end functions run whether tracing ended by Ctrl-C, by exit(), or had not begun. */
static void run_end(struct session *s)
{
	struct ktap_ioc_run io = { .size = sizeof(io), .phase = KTAP_RUN_END };
	int err;

	if (s->failed && !s->exited)
		return;
	err = call_run(s, &io);
	if (err && err != -EINTR) {
		session_say(s, "the end of the program cannot run: %s", strerror(-err));
		fail(s, KTAP_EXIT_LOAD);
	}
	if (!err && io.status == KTAP_RUN_ERROR)
		fail(s, KTAP_EXIT_SCRIPT);
	if (!err && io.status == KTAP_RUN_EXITED)
		note_exit(s, io.exit_code);
}

static void stop(struct session *s)
{
	if (ioctl(s->device, KTAP_IOC_STOP))
		session_say(s, "the module cannot stop tracing: %s", strerror(errno));
}

/* What the printer saw, and the streams' health, once its thread has ended. */
static void judge(struct session *s)
{
	const struct ktap_printer *p = &s->printer;

	if (p->exited)
		note_exit(s, (int)p->exit_code);
	if (p->errors || p->damaged)
		fail(s, KTAP_EXIT_SCRIPT);
	if (p->write_error && (p->write_error != EPIPE || s->opts.raw)) {
		session_say(s, "cannot write the output: %s", strerror(p->write_error));
		fail(s, KTAP_EXIT_SCRIPT);
	}
	if (s->unbalanced || (s->opts.strict && s->lost))
		fail(s, KTAP_EXIT_LOSS);
	if (s->child.over && s->child.status && !s->exited && !signals_came())
		fail(s, s->child.status);
}

static void run(struct session *s)
{
	run_main(s);
	if (!s->failed || s->exited)
		missing_tell(s);	/* also if the first event ended it all, while main ran */
	trace(s);
	stop(s);
	run_end(s);
	reader_finish(&s->reader);
	ktap_printer_finish(&s->printer);
	account_tell(s);
	judge(s);
	reader_close(&s->reader);
}

/* Tool and module of different releases. */
static void say_difference(const struct session *s)
{
	struct buf differ = { 0 };

	device_compare(&s->info, &differ);
	if (differ.len)
		session_say(s, "%s", text_cstr(&differ));
	buf_free(&differ);
}

/* From an open device to a running reader; false if it was said what is wrong. */
static bool begin(struct session *s, struct buf *why)
{
	if (device_info(s->device, &s->info, why))
		return false;
	say_difference(s);
	if (load(s, why))
		return false;
	s->usyms.device = s->device;
	shown_init(s);
	attach_prepare(s);
	if (!unwind_start(s, why) && !shown_start(s, why))
		run(s);
	unwind_stop(s);
	ktap_printer_exit(&s->printer);
	raw_free(&s->raw);
	usyms_free(&s->usyms);
	attach_finish(s);
	return !why->len;
}

/* Around all that the command is there for. */
static int begin_child(struct session *s, struct buf *why)
{
	if (s->opts.command && child_start(&s->child, s->opts.command, why))
		return KTAP_EXIT_LOAD;
	if (!begin(s, why))
		s->code = KTAP_EXIT_LOAD;
	child_end(&s->child);
	return s->code;
}

static int run_device(struct session *s, struct buf *why)
{
	s->device = device_open(why);
	if (s->device < 0)
		return KTAP_EXIT_LOAD;
	probes_init(&s->probes);
	signals_catch();
	s->code = begin_child(s, why);
	signals_release();
	catalog_close(&s->render_catalog);
	probes_exit(&s->probes);
	close(s->device);
	return s->code;
}

int session_run_image(const void *image, size_t len, const struct session_opts *opts)
{
	struct session s = { .opts = *opts, .ring_bytes = ring_size(opts->ring_bytes),
			     .child.ended = -1 };
	struct buf why = { 0 };
	int code = KTAP_EXIT_LOAD;

	if (!image_open(&s.image, image, len, &why))
		code = run_device(&s, &why);
	if (why.len)
		session_say(&s, "%s", text_cstr(&why));
	buf_free(&why);
	return code;
}
