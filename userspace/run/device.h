/* SPDX-License-Identifier: GPL-2.0 */
/*
 * device.h - /dev/ktap: the calls before a program runs. Failures give -1 and a
 * sentence that says what to do.
 */
#ifndef RUN_DEVICE_H
#define RUN_DEVICE_H

#include <stdint.h>
#include <ktap/ioctl.h>
#include "output/image.h"
#include "util/buf.h"

/* The descriptor, or -1. */
int device_open(struct buf *why);
int device_info(int fd, struct ktap_ioc_info *info, struct buf *why);

/* A sentence if tool and module are not of one release, nothing else. */
void device_compare(const struct ktap_ioc_info *info, struct buf *out);

/* `load` holds the limits that were asked for. */
int device_load(int fd, const struct image *im, struct ktap_ioc_load *load, struct buf *why);

/* Of what was loaded: whether it is machine code, and if not, why. */
void device_engine(const struct ktap_ioc_load *load, struct buf *out);

#endif
