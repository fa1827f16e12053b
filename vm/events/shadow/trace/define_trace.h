/* SPDX-License-Identifier: GPL-2.0 */
/*
 * define_trace.h - stands before the kernel's own file of this name, which each
 * trace header includes at its end. There the kernel rereads the header with
 * one set of macros after another and so defines its tracepoints; here the same
 * stages make of each event class a builder of its record,
 *
 *	KTREC_<class>(void *data, <the arguments of its tracepoints>)
 *
 * The stages' macros are the kernel's own (trace/stages/), so sizes, offsets
 * and assignments are, too. With KP_TP_LIST defined, each event also leaves a
 * text "event SYSTEM NAME CLASS" in section .kp_tp_list, and each class its
 * fields, for find-events.sh.
 */
#ifdef CREATE_TRACE_POINTS
#undef CREATE_TRACE_POINTS

#include <linux/kconfig.h>
#include <linux/stringify.h>
#include <linux/trace_events.h>
#include "../../tp_build.h"
#include "../../tp_derive.h"

#ifndef TRACE_INCLUDE_FILE
# define TRACE_INCLUDE_FILE TRACE_SYSTEM
#endif

#undef TRACE_INCLUDE
#undef __TRACE_INCLUDE
#ifndef TRACE_INCLUDE_PATH
# define __TRACE_INCLUDE(system) <trace/events/system.h>
#else
# define __TRACE_INCLUDE(system) __stringify(TRACE_INCLUDE_PATH/system.h)
#endif
#define TRACE_INCLUDE(system) __TRACE_INCLUDE(system)

#define TRACE_HEADER_MULTI_READ

/* Every kind of event is a class and an instance of it, or an instance alone. */
#undef TRACE_EVENT
#define TRACE_EVENT(name, proto, args, tstruct, assign, print)		\
	DECLARE_EVENT_CLASS(name, PARAMS(proto), PARAMS(args),		\
		PARAMS(tstruct), PARAMS(assign), PARAMS(print))		\
	DEFINE_EVENT(name, name, PARAMS(proto), PARAMS(args))

#undef TRACE_EVENT_FN
#define TRACE_EVENT_FN(name, proto, args, tstruct, assign, print, reg, unreg) \
	TRACE_EVENT(name, PARAMS(proto), PARAMS(args),			\
		PARAMS(tstruct), PARAMS(assign), PARAMS(print))

#undef TRACE_EVENT_CONDITION
#define TRACE_EVENT_CONDITION(name, proto, args, cond, tstruct, assign, print) \
	TRACE_EVENT(name, PARAMS(proto), PARAMS(args),			\
		PARAMS(tstruct), PARAMS(assign), PARAMS(print))

#undef TRACE_EVENT_FN_COND
#define TRACE_EVENT_FN_COND(name, proto, args, cond, tstruct, assign, print, \
		reg, unreg)						\
	TRACE_EVENT(name, PARAMS(proto), PARAMS(args),			\
		PARAMS(tstruct), PARAMS(assign), PARAMS(print))

#undef TRACE_EVENT_SYSCALL
#define TRACE_EVENT_SYSCALL(name, proto, args, tstruct, assign, print,	\
		reg, unreg)						\
	TRACE_EVENT(name, PARAMS(proto), PARAMS(args),			\
		PARAMS(tstruct), PARAMS(assign), PARAMS(print))

#undef DECLARE_EVENT_SYSCALL_CLASS
#define DECLARE_EVENT_SYSCALL_CLASS(name, proto, args, tstruct, assign, print) \
	DECLARE_EVENT_CLASS(name, PARAMS(proto), PARAMS(args),		\
		PARAMS(tstruct), PARAMS(assign), PARAMS(print))

#undef DEFINE_EVENT_FN
#define DEFINE_EVENT_FN(template, name, proto, args, reg, unreg)	\
	DEFINE_EVENT(template, name, PARAMS(proto), PARAMS(args))

#undef DEFINE_EVENT_PRINT
#define DEFINE_EVENT_PRINT(template, name, proto, args, print)		\
	DEFINE_EVENT(template, name, PARAMS(proto), PARAMS(args))

#undef DEFINE_EVENT_CONDITION
#define DEFINE_EVENT_CONDITION(template, name, proto, args, cond)	\
	DEFINE_EVENT(template, name, PARAMS(proto), PARAMS(args))

/* No records: plain tracepoints, events that are switched off, texts for readers. */
#undef DECLARE_TRACE
#define DECLARE_TRACE(name, proto, args)
#undef DECLARE_TRACE_CONDITION
#define DECLARE_TRACE_CONDITION(name, proto, args, cond)
#undef DECLARE_TRACE_EVENT
#define DECLARE_TRACE_EVENT(name, proto, args)
#undef DECLARE_TRACE_SYSCALL
#define DECLARE_TRACE_SYSCALL(name, proto, args)
#undef TRACE_EVENT_NOP
#define TRACE_EVENT_NOP(name, proto, args, tstruct, assign, print)
#undef DEFINE_EVENT_NOP
#define DEFINE_EVENT_NOP(template, name, proto, args)
#undef TRACE_EVENT_FLAGS
#define TRACE_EVENT_FLAGS(name, value)
#undef TRACE_EVENT_PERF_PERM
#define TRACE_EVENT_PERF_PERM(name, expr...)
#undef TRACE_DEFINE_ENUM
#define TRACE_DEFINE_ENUM(a)
#undef TRACE_DEFINE_SIZEOF
#define TRACE_DEFINE_SIZEOF(a)

#undef DEFINE_EVENT
#define DEFINE_EVENT(template, name, proto, args)

/* The record's fixed part. */
#include <trace/stages/stage1_struct_define.h>
#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(call, proto, args, tstruct, assign, print)	\
	struct trace_event_raw_##call {					\
		struct trace_entry	ent;				\
		tstruct							\
		char			__data[];			\
	};
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

/* Where the parts of varying length will be. */
#include <trace/stages/stage2_data_offsets.h>
#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(call, proto, args, tstruct, assign, print)	\
	struct trace_event_data_offsets_##call {			\
		tstruct							\
	};
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

/*
 * A class that cannot be built for this kernel is left out by itself, if it is
 * only the functions' bodies that fail: KP_TP_SKIP_<class> is then defined as 1.
 */
#define KP_TP_UNLESS(skip, code...)	KP_TP_UNLESS_(skip, code)
#define KP_TP_UNLESS_(skip, code...)	KP_TP_UNLESS_##skip(code)
#define KP_TP_UNLESS_0(code...)		code
#define KP_TP_UNLESS_1(code...)
#define KP_TP_UNLESS_TOO(skip, code...)	KP_TP_UNLESS_TOO_(skip, code)
#define KP_TP_UNLESS_TOO_(skip, code...)	KP_TP_UNLESS_TOO_##skip(code)
#define KP_TP_UNLESS_TOO_0(code...)	code
#define KP_TP_UNLESS_TOO_1(code...)

/* Their lengths. The stage before defines what assignments read the record with. */
#include <trace/stages/stage3_trace_output.h>
#include <trace/stages/stage5_get_offsets.h>
#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(call, proto, args, tstruct, assign, print)	\
KP_TP_UNLESS(__is_defined(KP_TP_SKIP_##call),				\
static inline notrace int kp_tp_offsets_##call(			\
	struct trace_event_data_offsets_##call *__data_offsets, proto)	\
{									\
	int __data_size = 0;						\
	int __maybe_unused __item_length;				\
	struct trace_event_raw_##call __maybe_unused *entry;		\
									\
	tstruct;							\
									\
	return __data_size;						\
})
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#include <trace/stages/stage6_event_callback.h>

/*
 * Older kernels copy a string anew whose length they took before. It may have
 * grown meanwhile: here not more than was made room for is copied.
 */
#ifdef KP_TP_ASSIGN_STR_SRC
#undef __assign_str
#define __assign_str(dst, src)						\
	strscpy(__get_str(dst), (src) ? (const char *)(src) : "(null)",	\
		__get_dynamic_array_len(dst));
#undef __assign_rel_str
#define __assign_rel_str(dst, src)					\
	strscpy(__get_rel_str(dst), (src) ? (const char *)(src) : "(null)", \
		__get_rel_dynamic_array_len(dst));
#endif

#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(call, proto, args, tstruct, assign, print)	\
KP_TP_UNLESS(__is_defined(KP_TP_SKIP_##call),				\
static __maybe_unused notrace void KTREC_##call(void *__data, proto)	\
{									\
	struct trace_event_data_offsets_##call __maybe_unused __data_offsets; \
	struct trace_event_raw_##call *entry;				\
	u32 __rec_len;							\
									\
	if (!kp_tp_wanted(__data))					\
		return;							\
	entry = kp_tp_reserve(__data);					\
	if (!entry)							\
		return;							\
	__rec_len = sizeof(*entry) +					\
		kp_tp_offsets_##call(&__data_offsets, args);		\
	if (kp_tp_fits(__data, __rec_len)) {				\
		kp_tp_head(&entry->ent);				\
		tstruct							\
		{ assign; }						\
		kp_tp_record(__data, entry, __rec_len,			\
			     __builtin_frame_address(0));		\
	}								\
	kp_tp_release(entry);						\
})

#ifdef KP_TP_LIST
#undef DEFINE_EVENT
#define DEFINE_EVENT(template, name, proto, args)			\
KP_TP_UNLESS(__is_defined(KP_TP_SKIP_##template),			\
static const char kp_tp_list_##name[] __used __aligned(1)		\
	__section(".kp_tp_list") =					\
	"event " __stringify(TRACE_SYSTEM) " " #name " " #template;	\
static void *const kp_tp_keep_##name __used = KTREC_##template;)
#endif
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

/*
 * The assignment once more for single fields (tp_derive.h), and what keeps a
 * tracepoint's arguments for them. Parts of varying length are not filled; what
 * is read of them is not derived.
 */
#pragma push_macro("get_task_comm")
#undef get_task_comm
#define get_task_comm(to, task)		kp_tp_filled(to)
#define blk_fill_rwbs(to, how...)	kp_tp_filled(to)
#pragma push_macro("_RET_IP_")
#undef _RET_IP_
#define _RET_IP_			((unsigned long)*kp_tp_beyond)	/* of a record's builder alone */
#undef __perf_count
#define __perf_count(c)			c
#undef __perf_task
#define __perf_task(t)			t
#undef __get_dynamic_array
#define __get_dynamic_array(field)	((void *)kp_tp_beyond)
#undef __get_dynamic_array_len
#define __get_dynamic_array_len(field)	((u32)*kp_tp_beyond)
#undef __get_rel_dynamic_array
#define __get_rel_dynamic_array(field)	((void *)kp_tp_beyond)
#undef __get_rel_dynamic_array_len
#define __get_rel_dynamic_array_len(field)	((u32)*kp_tp_beyond)
#undef __assign_str
#define __assign_str(how...)
#undef __assign_str_len
#define __assign_str_len(how...)
#undef __assign_vstr
#define __assign_vstr(how...)
#undef __assign_bitmask
#define __assign_bitmask(how...)
#undef __assign_cpumask
#define __assign_cpumask(how...)
#undef __assign_sockaddr
#define __assign_sockaddr(how...)
#undef __assign_rel_str
#define __assign_rel_str(how...)

#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(call, proto, args, tstruct, assign, print)	\
KP_TP_UNLESS(__is_defined(KP_TP_SKIP_##call),				\
KP_TP_UNLESS_TOO(__is_defined(KP_TP_WHOLE_##call),			\
static __always_inline void KTFILL_##call(				\
	struct trace_event_raw_##call *entry, proto)			\
{									\
	{ assign; }							\
}									\
static __always_inline void KTDERIVE_##call(				\
	struct trace_event_raw_##call *entry, const void *__words)	\
{									\
	struct { KP_TP_EACH(KP_TP_MEMBER, proto) } *__a = (void *)__words;	\
									\
	KTFILL_##call(entry KP_TP_EACH(KP_TP_ARGUMENT, args));		\
}									\
static __maybe_unused KP_LEAN notrace void KTARGS_##call(void *__data, proto)	\
{									\
	const u64 __words[] = { KP_TP_EACH(KP_TP_WORD, args) };		\
									\
	kp_tp_args(__data, __words, __builtin_frame_address(0));		\
}))
#undef DEFINE_EVENT
#define DEFINE_EVENT(template, name, proto, args)
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)
#pragma pop_macro("get_task_comm")
#pragma pop_macro("_RET_IP_")
#undef blk_fill_rwbs

#ifdef KP_TP_LIST
/* The fields that may be derived: "class NAME number ITEM text ITEM" and so on. */
#undef __field
#define __field(type, item)			" number " #item
#undef __field_ext
#define __field_ext(type, item, how)		" number " #item
#undef __field_struct
#define __field_struct(type, item)
#undef __field_struct_ext
#define __field_struct_ext(type, item, how)
#undef __array
#define __array(type, item, len)		" text " #item
#undef __dynamic_array
#define __dynamic_array(how...)
#undef __string
#define __string(how...)
#undef __string_len
#define __string_len(how...)
#undef __vstring
#define __vstring(how...)
#undef __bitmask
#define __bitmask(how...)
#undef __cpumask
#define __cpumask(how...)
#undef __sockaddr
#define __sockaddr(how...)
#undef __rel_dynamic_array
#define __rel_dynamic_array(how...)
#undef __rel_string
#define __rel_string(how...)
#undef __rel_string_len
#define __rel_string_len(how...)
#undef __rel_bitmask
#define __rel_bitmask(how...)
#undef __rel_cpumask
#define __rel_cpumask(how...)
#undef __rel_sockaddr
#define __rel_sockaddr(how...)
#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(call, proto, args, tstruct, assign, print)	\
static const char kp_tp_list_class_##call[] __used __aligned(1)		\
	__section(".kp_tp_list") = "class " #call tstruct;
#undef DEFINE_EVENT
#define DEFINE_EVENT(template, name, proto, args)
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)
#endif

#undef TRACE_EVENT
#undef TRACE_EVENT_FN
#undef TRACE_EVENT_CONDITION
#undef TRACE_EVENT_FN_COND
#undef TRACE_EVENT_SYSCALL
#undef TRACE_EVENT_NOP
#undef TRACE_EVENT_FLAGS
#undef TRACE_EVENT_PERF_PERM
#undef DECLARE_EVENT_CLASS
#undef DECLARE_EVENT_SYSCALL_CLASS
#undef DEFINE_EVENT
#undef DEFINE_EVENT_FN
#undef DEFINE_EVENT_PRINT
#undef DEFINE_EVENT_CONDITION
#undef DEFINE_EVENT_NOP
#undef DECLARE_TRACE
#undef DECLARE_TRACE_CONDITION
#undef DECLARE_TRACE_EVENT
#undef DECLARE_TRACE_SYSCALL
#undef TRACE_HEADER_MULTI_READ

/* Unlike the kernel, which reads few headers in one file: not for the next one. */
#undef TRACE_INCLUDE_FILE
#undef TRACE_INCLUDE_PATH

#define CREATE_TRACE_POINTS
#endif /* CREATE_TRACE_POINTS */
