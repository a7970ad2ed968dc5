/* "Did you mean"; see nearest.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "nearest.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_LETTERS = 40 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Levenshtein's distance by two rows folded into one.
static size_t distance(const char *a, const char *b)
{
    size_t row[NAME_MAX_LETTERS + 1];
    size_t a_length = strlen(a), b_length = strlen(b);
    if (a_length > NAME_MAX_LETTERS || b_length > NAME_MAX_LETTERS)
        return NAME_MAX_LETTERS;
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t above = row[j];
            size_t changed = diagonal + (a[i - 1] != b[j - 1]);
            row[j] = smaller(changed, smaller(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[b_length];
}

const char *nearest_name(const char *given, const char *const *valid)
{
    const char *best = NULL;
    size_t best_distance = strlen(given) / 3 + 2;
    for (; *valid; valid++) {
        size_t d = distance(given, *valid);
        if (d < best_distance) {
            best_distance = d;
            best = *valid;
        }
    }
    return best;
}

int nearest_unknown(struct error *error, const char *kind, const char *given,
                    const char *const *valid)
{
    char list[256] = "";
    const char *near = nearest_name(given, valid);
    size_t used = 0;
    for (const char *const *name = valid; *name && used < sizeof list; name++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", *name);
    if (near)
        return error_set(error, EXIT_USAGE, "unknown %s '%.40s': did you mean %s? (there are: %s)",
                         kind, given, near, list);
    return error_set(error, EXIT_USAGE, "unknown %s '%.40s' (there are: %s)", kind, given, list);
}
