/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cases.def.h - the cases of ktap-trace, each a function case_NAME.
 */
CASE(count)
CASE(sizes)
CASE(filter)
CASE(sharing)
CASE(printing)
CASE(first_record)
CASE(no_reader)
CASE(vandal)
CASE(endless)
CASE(told)
CASE(told_endless)
CASE(tracepoints)
CASE(user_registers)
CASE(going)
CASE(everything)
CASE(killing)
CASE(cycles)
CASE(mutations)
CASE(costs)
CASE(unload)
