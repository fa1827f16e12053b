// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - the module's beginning and end. Nothing is attached and next to no
 * memory taken until a session is opened; an open session holds the module.
 */
#include <linux/module.h>

#include "changes.h"
#include "clock.h"
#include "control.h"
#include "cpus.h"
#include "session.h"
#include "stack.h"
#include "symbol.h"
#include "../events/counters.h"
#include "../events/tp_record.h"
#include "../events/tp_table.h"
#include <ktap/version.h>

static int __init ktap_init(void)
{
	int err;

	kp_stack_init();
	kp_symbol_init();
	err = kp_tp_init();
	if (err)
		goto err_records;
	err = kp_tp_table_init();
	if (err)
		goto err_table;
	err = kp_changes_init();
	if (err)
		goto err_changes;
	err = kp_cpus_init();
	if (err)
		goto err_cpus;
	err = kp_counters_init();
	if (err)
		goto err_counters;
	err = kp_sessions_init();
	if (err)
		goto err_sessions;
	err = kp_clock_init();
	if (err)
		goto err_clock;
	err = kp_control_init();
	if (err)
		goto err_control;
	return 0;

err_control:
	kp_clock_exit();
err_clock:
	kp_sessions_exit();
err_sessions:
	kp_counters_exit();
err_counters:
	kp_cpus_exit();
err_cpus:
	kp_changes_exit();
err_changes:
	kp_tp_table_exit();
err_table:
	kp_tp_exit();
err_records:
	return err;
}

static void __exit ktap_exit(void)
{
	kp_control_exit();
	kp_clock_exit();
	kp_sessions_exit();
	kp_counters_exit();
	kp_cpus_exit();
	kp_changes_exit();
	kp_tp_table_exit();
	kp_tp_exit();
}

module_init(ktap_init);
module_exit(ktap_exit);

MODULE_AUTHOR("The ktap authors");
MODULE_DESCRIPTION("ktap: runs sandboxed bytecode on events of the kernel");
MODULE_VERSION(KTAP_VERSION);
MODULE_LICENSE("GPL v2");
