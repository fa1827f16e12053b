// SPDX-License-Identifier: GPL-2.0
#include "event/ctype.h"

#include <bpf/btf.h>
#include <string.h>

#include <ktap/event.h>

uint32_t ctype_strip(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t;

	while ((t = btf__type_by_id(btf, id)) && (btf_is_mod(t) || btf_is_typedef(t)))
		id = t->type;
	return id;
}

const struct btf_type *ctype_of(const struct btf *btf, uint32_t id)
{
	return btf__type_by_id(btf, ctype_strip(btf, id));
}

static const char *name_of(const struct btf *btf, const struct btf_type *t)
{
	const char *name = btf__name_by_offset(btf, t->name_off);

	return name ? name : "";
}

uint32_t ctype_described(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = ctype_of(btf, id);
	int found;

	if (!t || !btf_is_fwd(t))
		return id;
	found = btf__find_by_name_kind(btf, name_of(btf, t), btf_kflag(t) ? BTF_KIND_UNION : BTF_KIND_STRUCT);
	return found > 0 ? (uint32_t)found : id;
}

bool ctype_is_array(const struct btf_type *t)
{
	return t && btf_is_array(t);
}

bool ctype_is_pointer(const struct btf_type *t)
{
	return t && btf_is_ptr(t);
}

bool ctype_is_struct(const struct btf_type *t)
{
	return t && btf_is_composite(t);
}

bool ctype_is_number(const struct btf_type *t)
{
	return t && (btf_is_int(t) || btf_is_any_enum(t) || btf_is_ptr(t));
}

bool ctype_is_signed(const struct btf_type *t)
{
	if (btf_is_int(t))
		return btf_int_encoding(t) & BTF_INT_SIGNED;
	return btf_is_any_enum(t) && btf_kflag(t);
}

int64_t ctype_size(const struct btf *btf, uint32_t id)
{
	return btf__resolve_size(btf, id);
}

int ctype_integer(int64_t bytes, bool is_signed)
{
	switch (bytes) {
	case 1: return is_signed ? KTAP_FT_S8 : KTAP_FT_U8;
	case 2: return is_signed ? KTAP_FT_S16 : KTAP_FT_U16;
	case 4: return is_signed ? KTAP_FT_S32 : KTAP_FT_U32;
	case 8: return is_signed ? KTAP_FT_S64 : KTAP_FT_U64;
	default: return -1;
	}
}

int ctype_number(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = ctype_of(btf, id);

	return ctype_is_number(t) ? ctype_integer(ctype_size(btf, id), ctype_is_signed(t)) : -1;
}

/* Past what does not change how it is read; whether const was among it. */
static const struct btf_type *unqualified(const struct btf *btf, uint32_t id, bool *is_const)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	*is_const = false;
	while (t && btf_is_mod(t)) {
		*is_const |= btf_is_const(t);
		t = btf__type_by_id(btf, t->type);
	}
	return t;
}

static bool is_char(const struct btf *btf, const struct btf_type *t)
{
	const char *name;
	size_t len;

	if (!t || !btf_is_int(t) || t->size != 1)
		return false;
	name = name_of(btf, t);
	len = strlen(name);
	return len >= 4 && !strcmp(name + len - 4, "char");
}

bool ctype_points_to_text(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = ctype_of(btf, id);
	bool is_const;

	if (!ctype_is_pointer(t))
		return false;
	t = unqualified(btf, t->type, &is_const);
	return is_const && is_char(btf, t);
}

bool ctype_is_text_array(const struct btf *btf, const struct btf_type *t)
{
	bool is_const;

	return ctype_is_array(t) && is_char(btf, unqualified(btf, btf_array(t)->type, &is_const));
}

bool ctype_points_to_user(const struct btf *btf, const struct btf_type *t)
{
	for (t = btf__type_by_id(btf, t->type); t && btf_is_mod(t); t = btf__type_by_id(btf, t->type))
		if (btf_is_type_tag(t) && !strcmp(name_of(btf, t), "user"))
			return true;
	return false;
}

/* --- members --- */

/* Old descriptions have a bit-field's width in its integer type. */
static void narrow(const struct btf *btf, struct ctype_member *m)
{
	const struct btf_type *t = ctype_of(btf, m->type);

	if (m->bits || !t || !btf_is_int(t) || (btf_int_bits(t) == t->size * 8 && !btf_int_offset(t)))
		return;
	m->bits = btf_int_bits(t);
	m->bit += btf_int_offset(t);
}

static bool find_member(const struct btf *btf, const struct btf_type *s, const char *name,
			uint64_t bit, struct ctype_member *out)
{
	const struct btf_member *m = btf_members(s);

	for (unsigned int i = 0; i < btf_vlen(s); i++) {
		const char *its = btf__name_by_offset(btf, m[i].name_off);
		const struct btf_type *t = ctype_of(btf, m[i].type);
		uint64_t at = bit + btf_member_bit_offset(s, i);

		if (its && *its && !strcmp(its, name)) {
			*out = (struct ctype_member){ m[i].type, at, btf_member_bitfield_size(s, i) };
			narrow(btf, out);
			return true;
		}
		if ((!its || !*its) && ctype_is_struct(t) && find_member(btf, t, name, at, out))
			return true;
	}
	return false;
}

bool ctype_member(const struct btf *btf, uint32_t id, const char *name, struct ctype_member *m)
{
	return find_member(btf, ctype_of(btf, id), name, 0, m);
}

void ctype_offer_members(const struct btf *btf, uint32_t id, struct near_search *near)
{
	const struct btf_type *s = ctype_of(btf, id);
	const struct btf_member *m = btf_members(s);

	for (unsigned int i = 0; i < btf_vlen(s); i++) {
		const char *its = btf__name_by_offset(btf, m[i].name_off);

		if (its && *its)
			near_offer(near, its);
		else if (ctype_is_struct(ctype_of(btf, m[i].type)))
			ctype_offer_members(btf, m[i].type, near);
	}
}

/* --- types as text --- */

static void named(const struct btf *btf, const char *word, const struct btf_type *type, struct buf *out)
{
	const char *name = name_of(btf, type);

	buf_printf(out, "%s%s%s", word, *word ? " " : "", *name ? name : "{ .. }");
}

static void pointer_text(const struct btf *btf, const struct btf_type *type, struct buf *out)
{
	const struct btf_type *to = btf__type_by_id(btf, type->type);

	ctype_text(btf, type->type, out);
	if (to && btf_is_func_proto(to))
		return;
	if (!out->len || out->data[out->len - 1] != '*')
		buf_putc(out, ' ');
	buf_putc(out, '*');
}

void ctype_text(const struct btf *btf, uint32_t id, struct buf *out)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	switch (type ? btf_kind(type) : BTF_KIND_UNKN) {
	case BTF_KIND_UNKN:
		buf_printf(out, "void");
		break;
	case BTF_KIND_STRUCT:
		named(btf, "struct", type, out);
		break;
	case BTF_KIND_UNION:
		named(btf, "union", type, out);
		break;
	case BTF_KIND_FWD:
		named(btf, btf_kflag(type) ? "union" : "struct", type, out);
		break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		named(btf, "enum", type, out);
		break;
	case BTF_KIND_PTR:
		pointer_text(btf, type, out);
		break;
	case BTF_KIND_ARRAY:
		ctype_text(btf, btf_array(type)->type, out);
		buf_printf(out, "[%u]", btf_array(type)->nelems);
		break;
	case BTF_KIND_CONST:
		buf_printf(out, "const ");
		ctype_text(btf, type->type, out);
		break;
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		ctype_text(btf, type->type, out);
		break;
	case BTF_KIND_FUNC_PROTO:
		buf_printf(out, "function *");
		break;
	default:
		named(btf, "", type, out);
	}
}
