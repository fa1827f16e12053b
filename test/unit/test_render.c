// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/resolve.h"
#include "records.h"
#include "tap.h"
#include "util/text.h"

static struct event_catalog catalog;

static void renders(const char *system, const char *name, unsigned int kind,
		    const void *bytes, size_t len, const char *want)
{
	struct ktap_event ev = { .kind = kind };
	struct buf out = { 0 };

	snprintf(ev.system, sizeof(ev.system), "%s", system);
	snprintf(ev.name, sizeof(ev.name), "%s", name);
	event_render(&catalog, &ev, NULL, bytes, len, &out);
	is_text(text_cstr(&out), want, name);
	buf_free(&out);
}

/* The fields of the same as JSON. */
static void has_members(const char *system, const char *name, unsigned int kind,
			const void *bytes, size_t len, const char *want)
{
	struct ktap_event ev = { .kind = kind };
	struct buf out = { 0 };

	snprintf(ev.system, sizeof(ev.system), "%s", system);
	snprintf(ev.name, sizeof(ev.name), "%s", name);
	buf_putc(&out, '{');
	event_members(&catalog, &ev, NULL, bytes, len, &out);
	buf_putc(&out, '}');
	is_text(text_cstr(&out), want, name);
	buf_free(&out);
}

static void test_members(void)
{
	const uint64_t openat[7] = { 257, 0xffffff9c, 0x3d7fea38, 0x241, 0x1b6 };
	const uint64_t failure[2] = { 0, -9 };
	uint32_t irq = 11, at = 5u << 16 | 16, beyond = 9u << 16 | 16;
	uint8_t rec[64] = { 0 };

	has_members("syscalls", "sys_enter_openat", KTAP_EV_SYS_ENTER, openat, sizeof(openat),
		    "{\"nr\":257,\"dfd\":-100,\"filename\":\"0x3d7fea38\",\"flags\":577,\"mode\":438}");
	has_members("syscalls", "sys_enter_openat", KTAP_EV_SYS_ENTER, openat, 16, "{\"nr\":257,\"dfd\":-100}");
	has_members("syscalls", "sys_exit_read", KTAP_EV_SYS_EXIT, failure, sizeof(failure),
		    "{\"nr\":0,\"ret\":-9}");
	has_members("syscalls", "sys_exit_read", KTAP_EV_SYS_EXIT, failure, 3, "{}");
	memcpy(rec + 8, &irq, 4);
	memcpy(rec + 12, &at, 4);
	memcpy(rec + 16, "eth\xff", 5);
	has_members("irq", "irq_handler_entry", KTAP_EV_TRACEPOINT, rec, 24,
		    "{\"irq\":11,\"name\":{\"type\":\"string\",\"text\":\"eth\xef\xbf\xbd\",\"bytes\":\"657468ff\"}}");
	memcpy(rec + 12, &beyond, 4);
	has_members("irq", "irq_handler_entry", KTAP_EV_TRACEPOINT, rec, 24, "{\"irq\":11,\"name\":null}");
	has_members("irq", "irq_handler_entry", KTAP_EV_TRACEPOINT, rec, 10, "{\"irq\":null,\"name\":null}");
	memset(rec, 0, sizeof(rec));
	strcpy((char *)rec + 8, "bash");
	rec[24] = rec[25] = rec[26] = rec[27] = 0xff;
	rec[28] = 120;
	rec[32] = 1;
	memset(rec + 40, 'x', 16);
	has_members("sched", "sched_switch", KTAP_EV_TRACEPOINT, rec, sizeof(rec),
		    "{\"prev_comm\":\"bash\",\"prev_pid\":-1,\"prev_prio\":120,\"prev_state\":1,"
		    "\"next_comm\":\"xxxxxxxxxxxxxxxx\",\"next_pid\":0,\"next_prio\":0}");
	has_members("sched", "no_such_event", KTAP_EV_TRACEPOINT, rec, sizeof(rec), "{}");
}

static void test_syscalls(void)
{
	const uint64_t write[7] = { 1, 3, 0x7ffe5d91e3a0, 90, 7, 7, 7 };
	const uint64_t openat[7] = { 257, 0xffffff9c, 0x3d7fea38, 0x241, 0x1b6 };
	const uint64_t result[2] = { 1, 90 }, failure[2] = { 0, -9 };

	renders("syscalls", "sys_enter_write", KTAP_EV_SYS_ENTER, write, sizeof(write),
		"sys_write(fd: 3, buf: 7ffe5d91e3a0, count: 5a)");
	renders("syscalls", "sys_enter_openat", KTAP_EV_SYS_ENTER, openat, sizeof(openat),
		"sys_openat(dfd: ffffff9c, filename: 3d7fea38, flags: 241, mode: 1b6)");
	renders("syscalls", "sys_enter_write", KTAP_EV_SYS_ENTER, write, 15, "sys_write()");
	renders("syscalls", "sys_exit_write", KTAP_EV_SYS_EXIT, result, sizeof(result),
		"sys_write -> 0x5a");
	renders("syscalls", "sys_exit_read", KTAP_EV_SYS_EXIT, failure, sizeof(failure),
		"sys_read -> 0xfffffffffffffff7");
	renders("syscalls", "sys_exit_read", KTAP_EV_SYS_EXIT, failure, 3, "sys_read");
}

static void test_switch(void)
{
	uint8_t rec[64] = { 0 };

	strcpy((char *)rec + 8, "bash");
	rec[24] = 77;
	rec[28] = 120;
	rec[32] = 1;
	strcpy((char *)rec + 40, "swapper/0");
	rec[60] = 120;
	renders("sched", "sched_switch", KTAP_EV_TRACEPOINT, rec, sizeof(rec),
		"prev_comm=bash prev_pid=77 prev_prio=120 prev_state=S ==> "
		"next_comm=swapper/0 next_pid=0 next_prio=120");
	renders("sched", "sched_switch", KTAP_EV_TRACEPOINT, rec, 40, "sched_switch (40 bytes)");
	renders("sched", "no_such_event", KTAP_EV_TRACEPOINT, rec, 40, "no_such_event");
}

static void test_located(void)
{
	uint8_t rec[24] = { 0 };
	uint32_t irq = 11, at = 5u << 16 | 16, beyond = 9u << 16 | 16;

	memcpy(rec + 8, &irq, 4);
	memcpy(rec + 12, &at, 4);
	memcpy(rec + 16, "eth0", 5);
	renders("irq", "irq_handler_entry", KTAP_EV_TRACEPOINT, rec, sizeof(rec), "irq=11 name=eth0");
	memcpy(rec + 12, &beyond, 4);
	renders("irq", "irq_handler_entry", KTAP_EV_TRACEPOINT, rec, sizeof(rec),
		"irq_handler_entry (24 bytes)");
}

/* The print format takes a length from the record: fields are shown instead. */
static void test_unsafe(void)
{
	uint8_t rec[32] = { 0 };
	uint32_t name = 4u << 16 | 24, bytes = 2u << 16 | 28, len = 1u << 30;

	memcpy(rec + 8, &name, 4);
	memcpy(rec + 16, &bytes, 4);
	memcpy(rec + 20, &len, 4);
	strcpy((char *)rec + 24, "map");
	renders("regmap", "regmap_bulk_read", KTAP_EV_TRACEPOINT, rec, sizeof(rec),
		"name=map reg=0 buf= val_len=1073741824");
}

/* Any bytes are shown somehow. */
static void test_noise(void)
{
	const struct event_query query = { .text = "*:*" };
	struct event_list list;
	struct buf out = { 0 }, why = { 0 };
	size_t total = 0;

	event_resolve(&catalog, &query, &list, &why);
	srand(1);
	for (unsigned int round = 0; round < 200 * list.n; round++) {
		const struct ktap_event *ev = &list.at[round % list.n];
		size_t len = ev->rec_size + rand() % 32 - 16;
		uint8_t *rec = malloc(len > 512 ? 1 : len + 1);

		for (size_t i = 0; len <= 512 && i < len; i++)
			rec[i] = rand() % 4 ? 0 : rand();
		out.len = 0;
		event_render(&catalog, ev, NULL, rec, len > 512 ? 0 : len, &out);
		event_members(&catalog, ev, NULL, rec, len > 512 ? 0 : len, &out);
		total += out.len;
		free(rec);
	}
	ok(total > 0, "noise gives %zu bytes of text", total);
	event_list_free(&list);
	buf_free(&out);
	buf_free(&why);
}

/* What was read stays while no module comes or goes. */
static void test_check(void)
{
	struct buf why = { 0 };

	buf_printf(&catalog.modules, "gone_since 4096\n");
	catalog_check(&catalog);
	ok(!catalog.has_tracefs, "what was read with another module is read again");
	ok(!catalog_need_tracefs(&catalog, &why), "the catalogue opens again");
	catalog_check(&catalog);
	ok(catalog.has_tracefs, "with the same modules it stays");
	buf_free(&why);
}

int main(void)
{
	struct buf why = { 0 };

	if (!ok(!catalog_need_tracefs(&catalog, &why), "the saved catalogue opens"))
		return tap_done();
	test_syscalls();
	test_members();
	test_switch();
	test_located();
	test_unsafe();
	test_noise();
	test_check();
	catalog_close(&catalog);
	buf_free(&why);
	return tap_done();
}
