#!/bin/bash
# Proves that dependencies run one way: each folder includes only what stands before
# it in the flow, and none of the tree speaks of kernel versions but vm/compat.
n=0 failed=0

# none NAME PATTERN PATH...: no line of the C files below PATH matches
none() {
	local name=$1 pattern=$2 found
	shift 2
	n=$((n + 1))
	found=$(grep -rnE --include='*.[chly]' --exclude-dir=build --exclude-dir='build-*' \
		"$pattern" "$@" || true)
	if [ -z "$found" ]; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		echo "$found" | sed 's/^/# /'
		failed=1
	fi
}

inc='^ *# *include *["<](\.\./)*'
none 'the contract includes nothing of the project' "${inc}(core|kmod|sim|userspace|run|util)/" include
none 'the core includes no kernel header and no libc' '^ *# *include *<(linux|asm|std|string|unistd|errno)' vm/core
none 'the core includes no host but through port.h' "${inc}(kmod|sim)/" $(ls vm/core/*.[ch] | grep -v port.h)
none 'the core is one for all hosts' '__KERNEL__' $(ls vm/core/*.[ch] | grep -v port.h)
none 'the core knows no machine code' "${inc}jit/" vm/core
none 'machine code is one for all hosts' "__KERNEL__|^ *# *include *<(linux|asm|std|string)|${inc}(kmod|sim)/" vm/jit
#: nothing in the library changes what is traced
none 'what handlers call writes to no process and no kernel' \
	'copy_to_|put_user|write_user|write_remote|override_return|send_sig|access_process_vm' \
	vm/core vm/jit $(ls vm/kmod/*.[ch] | grep -vE '/(control|session|session_run|space|symbol)\.c')
none 'the module includes no userspace' "${inc}(userspace|sim)/" vm/kmod
none 'kernel versions are a matter of vm/compat' 'LINUX_VERSION_CODE|KERNEL_VERSION' vm/core vm/kmod vm/sim include userspace
later='syntax|check|gen|dump|event|output|run|lib|cli|small|runner'
none 'util includes no stage' "${inc}($later)/" userspace/util
none 'syntax includes no later stage' "${inc}(check|gen|dump|event|output|run|lib|cli)/" userspace/syntax
none 'event knows no language' "${inc}(syntax|check|gen|dump|output|run|lib|cli)/" userspace/event
none 'check includes no later stage' "${inc}(gen|dump|output|run|lib|cli)/" userspace/check
none 'gen includes no events, reader or library' "${inc}(event|output|run|lib|cli)/" userspace/gen
none 'what stands in for a library knows no compiler' "${inc}(syntax|check|gen|dump|cli)/" userspace/small
none 'ktap-run uses the library and what ktap shares with it only' "${inc}(syntax|check|gen|dump|output|run|event|small)/" userspace/runner
none 'what makes text of records knows no session' "${inc}(syntax|check|gen|dump|run|lib|cli)/" userspace/output
none 'run knows no compiler' "${inc}(syntax|check|gen|dump|cli)/" userspace/run
none 'the command line uses the library only' "${inc}(syntax|check|gen|output|run|event)/" userspace/cli
echo "1..$n"
exit $failed
