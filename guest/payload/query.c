/* Parameters of requests; see query.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "query.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool query_fail(struct query *query, int status, const char *format, ...)
{
    va_list arguments;
    if (query->error[0] != '\0')
        return false;
    query->status = status;
    va_start(arguments, format);
    vsnprintf(query->error, sizeof query->error, format, arguments);
    va_end(arguments);
    return false;
}

void query_parse(struct query *query, char *text)
{
    memset(query, 0, sizeof *query);
    while (*text != '\0') {
        char *next = strchr(text, '&'), *end = next ? next : text + strlen(text);
        if (next)
            *next++ = '\0';
        if (query->count == QUERY_PARAMETERS_MAX) {
            query_fail(query, 400, "more than %d parameters", QUERY_PARAMETERS_MAX);
            return;
        }
        char *equals = strchr(text, '=');
        if (equals)
            *equals = '\0';
        if (*text != '\0') {
            query->parameter[query->count].name = text;
            query->parameter[query->count].value = equals ? equals + 1 : end;
            query->count++;
        }
        text = next ? next : end;
    }
}

static const char *find(struct query *query, const char *name)
{
    const char *value = NULL;
    for (unsigned i = 0; i < query->count; i++)
        if (strcmp(query->parameter[i].name, name) == 0) {
            if (value)
                query_fail(query, 400, "%s is given twice", name);
            value = query->parameter[i].value;
            query->parameter[i].asked = true;
        }
    return query->error[0] == '\0' ? value : NULL;
}

bool query_has(const struct query *query, const char *name)
{
    for (unsigned i = 0; i < query->count; i++)
        if (strcmp(query->parameter[i].name, name) == 0)
            return true;
    return false;
}

// Digits, then one of the units, if there are any. False: it is no such number, or too large.
static bool parse_number(const char *text, const char *units, uint64_t *number)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 18)
        return false;
    uint64_t value = strtoull(text, NULL, 10);
    const char *unit = text + digits;
    if (*unit != '\0') {
        const char *found = strchr(units, *unit);
        if (found == NULL || unit[1] != '\0')
            return false;
        unsigned shift = 10 * (unsigned)(found - units + 1);
        if (value > UINT64_MAX >> shift)
            return false;
        value <<= shift;
    }
    *number = value;
    return true;
}

static uint64_t number_between(struct query *query, const char *name, const char *units,
                               uint64_t least, uint64_t most, uint64_t otherwise)
{
    uint64_t number;
    const char *value = find(query, name);
    if (value == NULL)
        return otherwise;
    if (parse_number(value, units, &number) && number >= least && number <= most)
        return number;
    query_fail(query, 400, "%s: '%.40s' is not a number from %llu to %llu%s", name, value,
               (unsigned long long)least, (unsigned long long)most,
               *units ? " (K, M, G, T may follow)" : "");
    return otherwise;
}

uint64_t query_number(struct query *query, const char *name, uint64_t least, uint64_t most,
                      uint64_t otherwise)
{
    return number_between(query, name, "", least, most, otherwise);
}

uint64_t query_size(struct query *query, const char *name, uint64_t least, uint64_t most,
                    uint64_t otherwise)
{
    return number_between(query, name, "KMGT", least, most, otherwise);
}

unsigned query_word(struct query *query, const char *name, const char *const *words)
{
    char known[80] = "";
    const char *value = find(query, name);
    if (value == NULL)
        return 0;
    for (unsigned i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], value) == 0)
            return i;
        if (i > 0)
            strcat(known, ", ");
        strcat(known, words[i]);
    }
    query_fail(query, 400, "%s: '%.40s' is none of: %s", name, value, known);
    return 0;
}

void query_end(struct query *query)
{
    for (unsigned i = 0; i < query->count; i++)
        if (!query->parameter[i].asked)
            query_fail(query, 400, "there is no parameter '%.40s'", query->parameter[i].name);
}
