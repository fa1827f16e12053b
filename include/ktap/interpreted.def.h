/* SPDX-License-Identifier: GPL-2.0 */
/*
 * interpreted.def.h - why a program, or functions of it, are interpreted although
 * there could be machine code.
 *
 * _(CODE, text)     text: behind "interpreted: "; 0 is what has no reason. Append only.
 */
#ifndef KTAP_INTERPRETED_DEF_H
#define KTAP_INTERPRETED_DEF_H

#define KTAP_INTERPRETED(_) \
	_(NOT,		"") \
	_(ASKED,	"that was asked for") \
	_(NO_COMPILER,	"this kernel has no CONFIG_BPF_JIT") \
	_(NO_64BIT,	"this kernel has no CONFIG_64BIT") \
	_(BIG_ENDIAN,	"this kernel has CONFIG_CPU_BIG_ENDIAN") \
	_(CFI,		"this kernel has CONFIG_CFI_CLANG, or CONFIG_CFI") \
	_(FAR,		"the kernel's BPF compiler is more than 2 GiB from the module") \
	_(OFF,		"the kernel's BPF compiler is off, by /proc/sys/net/core/bpf_jit_enable") \
	_(REFUSED,	"the kernel's BPF compiler refuses") \
	_(LARGE,	"too large for the kernel's BPF compiler") \
	_(NOMEM,	"there was no memory for the machine code")

enum ktap_interpreted {
#define _(code, text) KTAP_INTERPRETED_##code,
	KTAP_INTERPRETED(_)
#undef _
};

#endif
