/* Text in XML; see xml_text.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/xml_text.h"

#include <jansson.h>

void xml_put_text(FILE *xml, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", xml);
            break;
        case '<':
            fputs("&lt;", xml);
            break;
        case '>':
            fputs("&gt;", xml);
            break;
        case '\'':
            fputs("&apos;", xml);
            break;
        case '\t':
        case '\n':
        case '\r': // as they stand they are blanks to whoever reads an attribute
            fprintf(xml, "&#%d;", *text);
            break;
        default:
            fputc(*text, xml);
        }
}

bool xml_can_carry(const char *text)
{
    json_t *unicode = json_string(text);
    json_decref(unicode);
    for (; *text; text++)
        if ((unsigned char)*text < ' ' && *text != '\n')
            return false;
    return unicode != NULL;
}
