// sources: host/study/counters.c
/* Fuzzes the parser of the counters that a guest prints: it believes nothing of the line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/counters.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = malloc(size + 1);
    memcpy(line, data, size);
    line[size] = '\0';
    json_t *counters = counters_parse(line), *value;
    const char *name;
    json_object_foreach(counters, name, value) if (json_integer_value(value) < 0) abort();
    json_decref(counters);
    free(line);
    return 0;
}
