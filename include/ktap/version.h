/* SPDX-License-Identifier: GPL-2.0 */
/* version.h - of this release: of the module, the tools and what they write. */
#ifndef KTAP_VERSION_H
#define KTAP_VERSION_H

#define KTAP_VERSION	"1.0"

#endif
