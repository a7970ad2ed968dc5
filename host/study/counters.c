/* Counters of the unikernel; see counters.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/counters.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 4096, NAME_BYTES = 32 };

static const char start[] = "stats:";

// "name=value" up to a blank: letters, digits and underscores, then decimal digits.
static void add_word(json_t *counters, const char *word, size_t length)
{
    char name[NAME_BYTES];
    size_t used = 0;
    while (used < length && (islower((unsigned char)word[used]) || word[used] == '_'))
        used++;
    if (used == 0 || used >= sizeof name || used + 1 >= length || word[used] != '=' ||
        !isdigit((unsigned char)word[used + 1]))
        return;
    char *end;
    errno = 0;
    unsigned long long value = strtoull(word + used + 1, &end, 10);
    if (errno != 0 || end != word + length || value > INT64_MAX)
        return;
    memcpy(name, word, used);
    name[used] = '\0';
    json_object_set_new(counters, name, json_integer((json_int_t)value));
}

json_t *counters_parse(const char *line)
{
    static const char blanks[] = " \t\r\n";
    if (strncmp(line, start, sizeof start - 1) != 0)
        return NULL;
    json_t *counters = json_object();
    line += sizeof start - 1;
    while (*(line += strspn(line, blanks))) {
        size_t length = strcspn(line, blanks);
        add_word(counters, line, length);
        line += length;
    }
    return counters;
}

json_t *counters_read(const char *console_path)
{
    char line[LINE_BYTES];
    json_t *last = NULL;
    FILE *console = fopen(console_path, "re");
    if (!console)
        return NULL;
    while (fgets(line, sizeof line, console)) {
        json_t *counters = counters_parse(line);
        if (!counters)
            continue;
        json_decref(last);
        last = counters;
    }
    fclose(console);
    return last;
}
