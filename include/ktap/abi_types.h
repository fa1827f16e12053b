/* SPDX-License-Identifier: GPL-2.0 */
/*
 * abi_types.h - fixed-width integers for the contract headers, in the kernel,
 * in userspace on Linux, and in the freestanding core.
 */
#ifndef KTAP_ABI_TYPES_H
#define KTAP_ABI_TYPES_H

#include <linux/types.h>

#endif
