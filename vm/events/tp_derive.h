/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tp_derive.h - what makes a derived field of the kernel's own assignment
 * (shadow/trace/define_trace.h): the assignment once more, into a record that lives
 * in a function which returns one field of it. To the others nobody looks, so the
 * compiler drops what fills them, and what is left is the loads that this field
 * takes. The same reads of the same arguments at the same place as the kernel's
 * own trace does: where that may be switched on, this may be called.
 *
 * A field that is not left alone by what is dropped reads kp_tp_beyond, which does
 * not exist: find-events.sh takes only those that do without it, and without calls.
 */
#ifndef KP_TP_DERIVE_H
#define KP_TP_DERIVE_H

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/trace_events.h>

#include "tp_record.h"

#ifndef typeof_member
#define typeof_member(T, m)	typeof(((T *)0)->m)
#endif
#ifndef is_signed_type
#define is_signed_type(type)	((type)-1 < (type)1)
#endif

extern char kp_tp_beyond[];

/* For what fills a field by way of the kernel's code: not the others' matter. */
static __always_inline void kp_tp_filled(void *field)
{
	*(char *)field = *kp_tp_beyond;
}

/* m(x) for each argument. */
#define KP_TP_EACH(m, x...)	CONCATENATE(KP_TP_EACH_, COUNT_ARGS(x))(m, x)
#define KP_TP_EACH_0(m, x...)
#define KP_TP_EACH_1(m, a)	m(a)
#define KP_TP_EACH_2(m, a, x...)	m(a) KP_TP_EACH_1(m, x)
#define KP_TP_EACH_3(m, a, x...)	m(a) KP_TP_EACH_2(m, x)
#define KP_TP_EACH_4(m, a, x...)	m(a) KP_TP_EACH_3(m, x)
#define KP_TP_EACH_5(m, a, x...)	m(a) KP_TP_EACH_4(m, x)
#define KP_TP_EACH_6(m, a, x...)	m(a) KP_TP_EACH_5(m, x)
#define KP_TP_EACH_7(m, a, x...)	m(a) KP_TP_EACH_6(m, x)
#define KP_TP_EACH_8(m, a, x...)	m(a) KP_TP_EACH_7(m, x)
#define KP_TP_EACH_9(m, a, x...)	m(a) KP_TP_EACH_8(m, x)
#define KP_TP_EACH_10(m, a, x...)	m(a) KP_TP_EACH_9(m, x)
#define KP_TP_EACH_11(m, a, x...)	m(a) KP_TP_EACH_10(m, x)
#define KP_TP_EACH_12(m, a, x...)	m(a) KP_TP_EACH_11(m, x)

/* The arguments, each in a word of its own; how they are read from there. */
#define KP_TP_WORD(x) ({						\
	typeof(x) __x = (x);						\
	u64 __word = 0;							\
	_Static_assert(sizeof(__x) <= sizeof(__word), "no word");	\
	memcpy(&__word, &__x, sizeof(__x));				\
	__word; }),
#define KP_TP_MEMBER(declaration)	declaration __aligned(8);
#define KP_TP_POINTS(type, x)	__builtin_types_compatible_p(typeof(&(x)), typeof(1 ? (x) : (x)) type *)
#define KP_TP_ARGUMENT(x) , ({						\
	_Static_assert(__builtin_classify_type(__a->x) != 5 ||		\
		KP_TP_POINTS(, __a->x) || KP_TP_POINTS(const, __a->x), "an array"); \
	__a->x; })

/*
 * What a generated list KP_TP_DERIVED(CLASS, NUMBER, TEXT, END) is expanded with: a
 * function for each field, then a table of them for each class.
 */
#define KP_TP_NOTHING(class)

#define KP_TP_GET(class, item, value)					\
static KP_LEAN notrace u64 KTGET_##class##__KPF_##item(const void *args, void *out) \
{									\
	struct trace_event_raw_##class e;				\
									\
	KTDERIVE_##class(&e, args);					\
	return value;							\
}
/* An address is not extended by its sign, where it is shorter. */
#define KP_TP_NUMBER(x)	((u64)__builtin_choose_expr(__builtin_classify_type(x) == 5, (unsigned long)(x), x))
#define KP_TP_GET_NUMBER(class, item)	KP_TP_GET(class, item, KP_TP_NUMBER(e.item))
#define KP_TP_GET_TEXT(class, item)	KP_TP_GET(class, item, kp_tp_text(e.item, out))

#define kp_tp_text(item, out) ({					\
	if (!__same_type((item)[0], char) || sizeof(item) > KP_TP_TEXT_BYTES) \
		kp_tp_filled(out);					\
	else								\
		memcpy(out, item, sizeof(item));			\
	0; })

#ifdef KP_TP_LIST
# define KP_TP_KEEP	__used
#else
# define KP_TP_KEEP	__maybe_unused
#endif
#define KP_TP_TABLE(class) \
static const struct kp_tp_field KP_TP_KEEP kp_tp_fields_##class[] = {
#define KP_TP_ROW(class, item, how...)	{				\
	.get = KTGET_##class##__KPF_##item,				\
	.offset = offsetof(struct trace_event_raw_##class, item),	\
	.size = sizeof_field(struct trace_event_raw_##class, item),	\
	how },
#define KP_TP_ROW_NUMBER(class, item)					\
	KP_TP_ROW(class, item, .is_signed = is_signed_type(typeof_member(struct trace_event_raw_##class, item)))
#define KP_TP_ROW_TEXT(class, item)	KP_TP_ROW(class, item, .is_text = true)
#define KP_TP_TABLE_END(class)		{ } };

/* Of what cannot be made. */
#define KTREC_NONE	NULL
#define KTARGS_NONE	NULL
static const struct kp_tp_field __maybe_unused kp_tp_fields_NONE[] = { { } };

#endif
