/* SPDX-License-Identifier: GPL-2.0 */
/*
 * load.h - an image's bytes, as its checks (load_check.c) and its copying (load.c)
 * see them; nobody else includes it. They are read one by one, so it works at any
 * alignment and on any byte order.
 */
#ifndef KP_LOAD_H
#define KP_LOAD_H

#include "host.h"
#include "prog.h"

/* The bytes under check, and where to put what is wrong with them. */
struct kp_image {
	const u8 *p;
	struct ktap_isec sec[KTAP_SEC__MAX];
	struct ktap_error_info *err;
};

static inline int bad(struct ktap_error_info *err, u32 code, s64 arg0, s64 arg1)
{
	*err = (struct ktap_error_info){
		.code = code, .func = ~0u, .arg = { arg0, arg1 },
	};
	return -EBADMSG;
}

static inline u8 le8(const u8 *p)
{
	return p[0];
}

static inline u16 le16(const u8 *p)
{
	return (u16)(p[0] | p[1] << 8);
}

static inline u32 le32(const u8 *p)
{
	return le16(p) | (u32)le16(p + 2) << 16;
}

static inline u64 le64(const u8 *p)
{
	return le32(p) | (u64)le32(p + 4) << 32;
}

/* A field of an element, by its type. */
#define GET(p, type, field)						\
	_Generic(((type *)0)->field, __u8: le8, __u16: le16,		\
		 __u32: le32, __u64: le64, __s64: le64)			\
		((p) + offsetof(type, field))

extern const u8 kp_elem_size[KTAP_SEC__MAX];

static inline const u8 *elem(const struct kp_image *im, u32 sec, u32 i)
{
	kp_assert(i < im->sec[sec].count);
	return im->p + im->sec[sec].offset + (size_t)i * kp_elem_size[sec];
}

/*
 * Fills im->sec, and proves the shape of all that is there: nothing that load.c reads
 * then is outside the image, and the sections' elements name what there is.
 */
int kp_image_check(struct kp_image *im, size_t len);

#endif
