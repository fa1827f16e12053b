/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ktap_fixture

#if !defined(FIXTURE_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define FIXTURE_EVENTS_H

#include <linux/tracepoint.h>

/* Of firing number i: once, and twice. */
TRACE_EVENT(fixture_once,
	TP_PROTO(int i),
	TP_ARGS(i),
	TP_STRUCT__entry(__field(int, i)),
	TP_fast_assign(__entry->i = i;),
	TP_printk("i=%d", __entry->i)
);

DEFINE_EVENT(fixture_once, fixture_twice, TP_PROTO(int i), TP_ARGS(i));

/* 5.10 knows no place that is told from where the field itself is. */
#if __has_include(<trace/stages/stage1_struct_define.h>)
#define FIXTURE_REL(text) __rel_string(rel, text)
#define FIXTURE_REL_ASSIGN(text) strcpy(__get_rel_str(rel), text);
#define FIXTURE_REL_FORMAT " rel=%s"
#define FIXTURE_REL_ARGS , __get_rel_str(rel)
#else
#define FIXTURE_REL(text)
#define FIXTURE_REL_ASSIGN(text)
#define FIXTURE_REL_FORMAT
#define FIXTURE_REL_ARGS
#endif

/* Fields of every make, and texts that are made of them. */
TRACE_EVENT(all_fields,
	TP_PROTO(unsigned int i, const char *text),
	TP_ARGS(i, text),
	TP_STRUCT__entry(
		__field(signed char, s8)
		__field(unsigned char, u8)
		__field(short, s16)
		__field(unsigned short, u16)
		__field(int, s32)
		__field(unsigned int, u32)
		__field(long, s64)
		__field(unsigned long, u64)
		__field(bool, flag)
		__field(enum color, color)
		__array(char, comm, 8)
		__array(unsigned char, bytes, 4)
		__array(int, numbers, 3)
		__string(name, text)
		__dynamic_array(u16, words, 3)
		__bitmask(mask, 64)
		FIXTURE_REL(text)
		__field(unsigned int, how)
		__field(int, what)
	),
	TP_fast_assign(
		static const int numbers[] = { -1, 70000, 3 };
		static const u16 words[] = { 1, 65535, 258 };

		__entry->s8 = -128; __entry->u8 = 240; __entry->s16 = -32768; __entry->u16 = 32769;
		__entry->s32 = -2; __entry->u32 = 4294967294u; __entry->s64 = -3; __entry->u64 = -4ul;
		__entry->flag = true; __entry->color = GREEN;
		strcpy(__entry->comm, "command");
		memcpy(__entry->bytes, "\x01\xfe\x00\x10", 4);
		memcpy(__entry->numbers, numbers, sizeof(numbers));
		strcpy(__get_str(name), text);
		memcpy(__get_dynamic_array(words), words, sizeof(words));
		*(u64 *)__get_bitmask(mask) = 0x8000000000000005ull;
		FIXTURE_REL_ASSIGN(text)
		__entry->how = i % 16;
		__entry->what = i % 4 - 1;
	),
	TP_printk("%d %u %d %u %d %u %ld %lu flag=%d color=%u comm=%s bytes=%s name=%s mask=%s how=%s what=%s%s"
		  FIXTURE_REL_FORMAT,
		__entry->s8, __entry->u8, __entry->s16, __entry->u16, __entry->s32, __entry->u32,
		__entry->s64, __entry->u64, __entry->flag, __entry->color, __entry->comm,
		__print_hex(__entry->bytes, 4), __get_str(name), __get_bitmask(mask),
		__print_flags(__entry->how, "|", { 1, "ONE" }, { 2, "TWO" }, { 8, "EIGHT" }),
		__print_symbolic(__entry->what, { 0, "none" }, { 1, "one" }),
		__entry->what == -1 ? " (none)" : "" FIXTURE_REL_ARGS)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE events
#include <trace/define_trace.h>
