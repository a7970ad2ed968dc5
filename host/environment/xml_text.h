/* Text in the definitions that libvirt is given. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_XML_TEXT_H
#define THRICE_XML_TEXT_H

#include <stdbool.h>
#include <stdio.h>

/* Writes text within an element or between single quotes. */
void xml_put_text(FILE *xml, const char *text);

/* Is it Unicode without control characters? XML 1.0 has no way to write others (section 2.2). */
bool xml_can_carry(const char *text);

#endif
