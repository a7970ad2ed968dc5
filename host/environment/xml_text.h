/* Text in the definitions that libvirt is given. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_XML_TEXT_H
#define THRICE_XML_TEXT_H

#include <stdio.h>

struct error;

/* Writes text within an element or between single quotes. */
void xml_put_text(FILE *xml, const char *text);

/* Ends the definition that was written to `xml`, open_memstream()'s for `text` (NULL where that
 * failed). Returns `*text`, to be freed by the caller; or NULL and an error: there was no memory,
 * or XML 1.0 has no way to write it (section 2.2: Unicode without control characters). `holders`
 * are what it came with, as the error names them: "an argument".
 */
char *xml_finish(FILE *xml, char **text, const char *holders, struct error *error);

#endif
