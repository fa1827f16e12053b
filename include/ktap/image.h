/* SPDX-License-Identifier: GPL-2.0 */
/*
 * image.h - the program image (FILE.kpc): what the compiler writes and the
 * loader reads, on any machine. Little-endian, position-independent, symbolic:
 * events and fields are names, resolved where the program runs.
 *
 *   image     := header section*            every section 8-byte aligned,
 *                                           in ascending order, not overlapping
 *   header    := struct ktap_image          section table inside
 *   STRINGS   := struct ktap_istr[n]        offset and length into BLOB
 *   BLOB      := byte*                      string bytes, each string followed by NUL;
 *                                           no byte in two strings
 *   CONSTS    := struct ktap_iconst[n]
 *   FUNCS     := struct ktap_ifunc[n]       function 0 is the main chunk
 *   CODE      := ktap_word[n]           no word in two functions
 *   UPVALS    := struct ktap_iupval[n]
 *   LINES     := struct ktap_iline[n]       per function, ascending pc
 *   GLOBALS   := __u32[n]                   names of shared variables (strings)
 *   SPECS     := struct ktap_ispec[n]
 *   FREFS     := struct ktap_ifref[n]
 *   NAMES     := struct ktap_iname[n]       ascending word: what instructions update, for reports
 *
 * Every index is checked against its section by the loader; reserved fields are
 * zero. A reader refuses another `version`, and any `features` bit that it does
 * not know, by the bit's name.
 */
#ifndef KTAP_IMAGE_H
#define KTAP_IMAGE_H

#include "abi_types.h"

#define KTAP_IMAGE_MAGIC	0x4350414bu	/* "KAPC" */
#define KTAP_IMAGE_VERSION	1u

/* _(NAME, element size) in the order in which they stand in an image. */
#define KTAP_SECTIONS(_) \
	_(STRINGS,	8) \
	_(BLOB,		1) \
	_(CONSTS,	16) \
	_(FUNCS,	56) \
	_(CODE,		4) \
	_(UPVALS,	4) \
	_(LINES,	8) \
	_(GLOBALS,	4) \
	_(SPECS,	16) \
	_(FREFS,	8) \
	_(NAMES,	8)

enum ktap_section {
#define _(name, size) KTAP_SEC_##name,
	KTAP_SECTIONS(_)
#undef _
	KTAP_SEC__MAX
};

/* Things that a program may need of the machine that runs it. _(NAME, text) */
#define KTAP_FEATURES(_) \
	_(EVENTS, "events")

enum ktap_feature {
#define _(name, text) KTAP_FEATURE_##name,
	KTAP_FEATURES(_)
#undef _
	KTAP_FEATURE__MAX
};

#define KTAP_FEATURES_KNOWN	((1ull << KTAP_FEATURE__MAX) - 1)

/* What the program's instructions need of values that they make. */
enum ktap_image_flag {
	/* aggregates that `<<<` makes keep a distribution: the program asks for it */
	KTAP_IMAGE_DISTRIBUTIONS = 1 << 0,
};

#define KTAP_IMAGE_FLAGS	1u	/* those known */

struct ktap_isec {
	__u32 offset;		/* bytes from the start of the image */
	__u32 count;		/* elements */
};

struct ktap_image {
	__u32 magic;
	__u16 version;
	__u16 header_size;	/* sizeof(struct ktap_image) */
	__u32 size;		/* bytes of the whole image */
	__u32 flags;		/* enum ktap_image_flag */
	__u64 features;		/* bit per enum ktap_feature */
	struct ktap_isec sec[KTAP_SEC__MAX];
};

struct ktap_istr {
	__u32 offset;		/* into BLOB */
	__u32 len;		/* without the NUL */
};

struct ktap_iconst {
	__u32 type;		/* KTAP_T_INT or KTAP_T_STR */
	__u32 str;		/* string index, 0 for an integer */
	__s64 value;		/* 0 for a string */
};

enum ktap_ifunc_flag {
	KTAP_FN_VARARG	= 1 << 0,	/* extra arguments are kept for VARARG */
};

struct ktap_ifunc {
	__u32 name;		/* string: for call stacks, "main" and "(line N)" else */
	__u32 file;		/* string: source file */
	__u32 line;		/* where it begins */
	__u32 code, ncode;	/* range of CODE */
	__u32 consts, nconsts;	/* range of CONSTS */
	__u32 upvals, nupvals;	/* range of UPVALS */
	__u32 lines, nlines;	/* range of LINES */
	__u16 nregs;		/* registers of a frame, parameters first */
	__u16 nparams;
	__u32 flags;		/* enum ktap_ifunc_flag */
	__u32 reserved;
};

enum ktap_upval_from { KTAP_UPVAL_REG, KTAP_UPVAL_UPVAL };

struct ktap_iupval {
	__u8 from;		/* register or captured variable of the maker */
	__u8 index;
	__u8 cell;		/* 1: a CELL (variable assigned after capture), 0: a plain value */
	__u8 reserved;
};

struct ktap_iline {
	__u32 pc;		/* first word to which it applies */
	__u32 pos;		/* line << 10 | column (column 1023: that or more) */
};

struct ktap_ispec {
	__u32 text;		/* string: the event as written, without its condition */
	__u32 file;		/* string */
	__u32 line;
	__u32 col;
};

/* How a field of the event is named. */
enum ktap_fref_kind {
	KTAP_FREF_NAME,		/* args.NAME */
	KTAP_FREF_ARG,		/* argN, from 0 */
	KTAP_FREF_RETVAL,	/* retval */
	KTAP_FREF_SCNR,		/* e.sc_nr */
	KTAP_FREF_SCARG,	/* e.sc_argN, from 1 */
	KTAP_FREF__MAX
};

struct ktap_ifref {
	__u16 kind;		/* enum ktap_fref_kind */
	__u16 index;		/* of KTAP_FREF_ARG and KTAP_FREF_SCARG, 0 else */
	__u32 name;		/* string, of KTAP_FREF_NAME, 0 else */
};

/* What the instruction at a word of CODE updates, as the script calls it. */
struct ktap_iname {
	__u32 word;
	__u32 name;		/* string */
};

#define _(name, size) KTAP_SECSIZE_##name = size,
enum { KTAP_SECTIONS(_) };
#undef _
_Static_assert(sizeof(struct ktap_istr) == KTAP_SECSIZE_STRINGS, "STRINGS");
_Static_assert(sizeof(struct ktap_iconst) == KTAP_SECSIZE_CONSTS, "CONSTS");
_Static_assert(sizeof(struct ktap_ifunc) == KTAP_SECSIZE_FUNCS, "FUNCS");
_Static_assert(sizeof(struct ktap_iupval) == KTAP_SECSIZE_UPVALS, "UPVALS");
_Static_assert(sizeof(struct ktap_iline) == KTAP_SECSIZE_LINES, "LINES");
_Static_assert(sizeof(struct ktap_ispec) == KTAP_SECSIZE_SPECS, "SPECS");
_Static_assert(sizeof(struct ktap_ifref) == KTAP_SECSIZE_FREFS, "FREFS");
_Static_assert(sizeof(struct ktap_iname) == KTAP_SECSIZE_NAMES, "NAMES");

#endif
