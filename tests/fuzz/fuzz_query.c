// sources: guest/payload/query.c
/* Parameters as anyone may send them: none beyond its limits, and an error is a sentence. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../guest/payload/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const words[] = {"rd", "wr", NULL};
    struct query query;
    char *text = strndup((const char *)data, size);
    query_parse(&query, text);
    uint64_t number = query_number(&query, "n", 3, 1000, 10);
    uint64_t bytes = query_size(&query, "size", 512, 1ull << 50, 512);
    unsigned word = query_word(&query, "mode", words);
    query_end(&query);
    if (number < 3 || number > 1000 || bytes < 512 || bytes > 1ull << 50 || word > 1 ||
        strlen(query.error) >= sizeof query.error)
        abort();
    free(text);
    return 0;
}
