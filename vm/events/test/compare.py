#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Compares what tp_test.ko logged with the kernel's own trace buffer.

usage: compare.py OUT      (a folder that test/guest filled)

Of each event, the records that the module made must stand in the kernel's
buffer as often, the same in every byte of common_pid and of every field; dynamic
fields with what they point at. So must the fields that were derived without a record.
Their order tells nothing: an interrupt between the kernel's handler and the module's
brings events that the one has before the other. Prints a line for each event and the
coverage; status 1 if something differs.
"""
import collections
import os
import re
import struct
import sys

PERF_EVENTS = 100000
DERIVED_EVENTS = 200000
PAGE = 4096
# Fields that TP_fast_assign itself leaves unset in cases that the workload has:
# what the buffer held before is in them, ours as the kernel's.
UNSET = {'fib:fib_table_lookup': (' gw4[', ' gw6['), 'neigh:neigh_create': (' primary_key6[',)}


def read_pages(raw):
    """Yields the data of each record in pages of the kernel's ring buffer."""
    for at in range(0, len(raw) - PAGE + 1, PAGE):
        commit = struct.unpack_from('<Q', raw, at + 8)[0] & 0x3fffffff
        page = raw[at + 16:at + 16 + min(commit, PAGE - 16)]
        pos = 0
        while pos + 4 <= len(page):
            head, = struct.unpack_from('<I', page, pos)
            kind, delta = head & 31, head >> 5
            pos += 4
            if kind in (30, 31):
                pos += 4
            elif kind == 29:
                if not delta:
                    break
                pos += struct.unpack_from('<I', page, pos)[0]
            else:
                if kind:
                    n = kind * 4
                else:
                    n = struct.unpack_from('<I', page, pos)[0] - 4
                    pos += 4
                yield page[pos:pos + n]
                pos += n


class Format:
    def __init__(self, text, unset):
        self.id = int(re.search(r'^ID: (\d+)', text, re.M).group(1))
        self.fields = []
        for decl, offset, size in re.findall(r'field:(.*?);\s*offset:(\d+);\s*size:(\d+);', text):
            if not decl.split()[-1].startswith('common_') or 'common_pid' in decl:
                if not any(name in decl for name in unset):
                    self.fields.append((decl, int(offset), int(size)))

    def derived(self, rec, places):
        """The bytes of the fields at places, texts up to their end; None if it is too short."""
        out = []
        for decl, offset, size in self.fields:
            if (offset, size) not in places:
                continue
            if offset + size > len(rec):
                return None
            part = rec[offset:offset + size]
            out.append(part.split(b'\0')[0] if 'char ' in decl and '[' in decl else part)
        return out

    def values(self, rec):
        """The bytes of all fields; None if the record is too short for them."""
        out = []
        for decl, offset, size in self.fields:
            if offset + size > len(rec):
                return None
            part = rec[offset:offset + size]
            out.append(part)
            if '__data_loc' in decl or '__rel_loc' in decl:
                loc, = struct.unpack('<I', part)
                start = (loc & 0xffff) + (offset + size if '__rel_loc' in decl else 0)
                if start + (loc >> 16) > len(rec):
                    return None
                out.append(rec[start:start + (loc >> 16)])
            elif 'char ' in decl and '[' in decl:
                out[-1] = part.split(b'\0')[0]	# what is after the end is nobody's
        return out


def read_log(path, names):
    log = open(path, 'rb').read()
    logged = collections.defaultdict(list)
    at = 0
    while at < len(log):
        event, n = struct.unpack_from('<II', log, at)
        logged[event].append(log[at + 8:at + 8 + n])
        at += (8 + n + 3) & ~3
    return logged


def unmatched(ours, theirs):
    """Our records that are not in theirs, or more often than there."""
    left = collections.Counter(map(tuple, theirs))
    left.subtract(map(tuple, ours))
    return [rec for rec, n in left.items() for _ in range(-n)]


def main(out):
    lines = [line.split() for line in open(out + '/list')]
    names = [line[0] for line in lines]
    places = {n: {tuple(map(int, p.split(':'))) for p in line[2:]} for n, line in zip(names, lines)}
    available = set(open(out + '/available_events').read().split())
    available = {e for e in available if not e.startswith(('syscalls:', 'ftrace:', 'kprobes:'))}
    formats = {n: Format(open(f'{out}/format/{n}').read(), UNSET.get(n, ())) for n in os.listdir(out + '/format')}
    by_id = {f.id: n for n, f in formats.items()}

    theirs = collections.defaultdict(list)
    for rec in read_pages(open(out + '/raw', 'rb').read()):
        theirs[struct.unpack_from('<H', rec)[0]].append(rec)
    bad = compared = fired = derived_fired = derived_fields = 0
    for event, records in sorted(read_log(out + '/log', names).items()):
        is_derived = event >= DERIVED_EVENTS
        name = (names[event % PERF_EVENTS] if is_derived or event < PERF_EVENTS
                else by_id[event - PERF_EVENTS])
        form = formats.get(name)
        if not form or not theirs[form.id]:
            print(f'  ?  {len(records):7} {name}: not in the kernel\'s buffer')
            continue
        values = (lambda r: form.derived(r, places[name])) if is_derived else form.values
        ours = [values(r) for r in records]
        missing = unmatched(ours, [values(r) for r in theirs[form.id]])
        fired += not is_derived
        derived_fired += is_derived
        derived_fields += is_derived and len(places[name])
        compared += len(ours)
        bad += len(missing)
        by = ' derived' if is_derived else ' by perf' if event >= PERF_EVENTS else ''
        print(f'{"  ok" if not missing else "FAIL"} {len(ours):7} {name}{by}' +
              (f': {len(missing)} differ, the first {missing[0]}' if missing else ''))
    covered = available & set(names)
    print(open(out + '/missed').read().strip())
    own = {n: [f[1:] for f in formats[n].fields if 'common_' not in f[0]] for n in covered}
    whole = sum(1 for n in covered if own[n] and all(f in places[n] for f in own[n]))
    print(f'derived: all fields of {whole} events, some of {sum(1 for n in covered if places[n])}; '
          f'records of {sum(1 for line in lines if line[0] in covered and line[1] == "1")}')
    print(f'coverage: {len(covered)} of {len(available)} events in tracefs ({len(names)} known, '
          f'{sum(map(len, places.values()))} derived fields); {fired} events fired, of {derived_fired} '
          f'{derived_fields} fields derived; {compared} records compared, {bad} differ')
    return 1 if bad or not compared else 0


sys.exit(main(sys.argv[1]))
