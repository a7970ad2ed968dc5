/* Text in XML; see xml_text.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/xml_text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>

#include "error.h"

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

static bool can_carry(const char *text)
{
    json_t *unicode = json_string(text);
    json_decref(unicode);
    for (; *text; text++)
        if ((unsigned char)*text < ' ' && *text != '\n')
            return false;
    return unicode != NULL;
}

char *xml_finish(FILE *xml, char **text, const char *holders, struct error *error)
{
    if (!xml || fclose(xml) != 0)
        error_set(error, EXIT_FAILED, "out of memory for a definition");
    else if (!can_carry(*text))
        error_set(error, EXIT_USAGE,
                  "%s has bytes that XML, and so libvirt, cannot carry: only UTF-8 without control "
                  "characters",
                  holders);
    else
        return *text;
    free(*text);
    return NULL;
}
