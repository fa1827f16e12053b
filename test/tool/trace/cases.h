/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cases.h - what ktap-trace can be asked for (cases.def.h).
 */
#ifndef KTAP_TEST_CASES_H
#define KTAP_TEST_CASES_H

#define CASE(name) void case_##name(void);
#include "cases.def.h"
#undef CASE

#endif
