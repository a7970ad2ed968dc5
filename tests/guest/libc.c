// status: 1
// append: ip=10.0.2.15/24 -- --port 80 "two words"
// console: all good
/* What musl needs of us at start: arguments, auxiliary vector, thread-local storage,
 * constructors, floating point, the heap, output by lines.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static _Thread_local int tls_initialised = 12345;
static _Thread_local char tls_zero[64];
static int constructed;

__attribute__((constructor)) static void construct(void)
{
    constructed = 1;
}

static int failures;

static void check(int condition, const char *what)
{
    if (!condition) {
        printf("FAILED: %s\n", what);
        failures++;
    }
}

static void check_heap(void)
{
    enum { BLOCKS = 200, PAGE = 4096 };
    unsigned char *block[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
        size_t length = (size_t)(i + 1) * 997;
        block[i] = malloc(length);
        check(block[i] != NULL, "malloc");
        memset(block[i], i, length);
    }
    for (int i = 0; i < BLOCKS; i++) {
        block[i] = realloc(block[i], (size_t)(i + 1) * 1994);
        check(block[i][0] == i && block[i][(i + 1) * 997 - 1] == i, "realloc keeps the contents");
    }
    for (int i = 0; i < BLOCKS; i++)
        free(block[i]);
    char *large = calloc(1, 8 << 20);
    check(large && large[0] == 0 && large[(8 << 20) - 1] == 0, "calloc of 8 MiB is zero");
    free(large);
    void *aligned = aligned_alloc(PAGE, 100);
    check(aligned && (uintptr_t)aligned % PAGE == 0, "aligned_alloc to a page");
    free(aligned);
    check((uintptr_t)(aligned = malloc(17)) % _Alignof(max_align_t) == 0, "malloc's alignment");
    free(aligned);
    volatile size_t too_many = SIZE_MAX / 2;
    check(!calloc(too_many, 4) && errno == ENOMEM, "calloc's product overflows");
    check(!malloc(too_many) && errno == ENOMEM, "malloc of more than there is");
}

static void check_arguments(int argc, char **argv)
{
    check(argc == 4, "argc");
    check(strcmp(argv[0], "libc") == 0, "argv[0]");
    check(strcmp(argv[2], "80") == 0, "argv[2]");
    check(strcmp(argv[3], "two words") == 0, "argv[3]: quotes");
    check(argv[4] == NULL, "argv ends with NULL");
}

int main(int argc, char **argv)
{
    check_arguments(argc, argv);
    check(tls_initialised == 12345, "thread-local initialiser");
    check(tls_zero[63] == 0, "thread-local zero");
    check(constructed, "constructor");
    char text[64];
    volatile double third = 1.0 / 3, two = 2;
    snprintf(text, sizeof text, "%.10f %.3Lf %g", third, (long double)third * 2, sqrt(two));
    check(strcmp(text, "0.3333333333 0.667 1.41421") == 0, text);
    check(sysconf(_SC_PAGESIZE) == 4096 && getauxval(AT_PAGESZ) == 4096, "page size");
    check(getauxval(AT_RANDOM) != 0, "AT_RANDOM");
    check_heap();
    errno = 0;
    check(close(999) == -1 && errno == EBADF, "EBADF");
    if (failures)
        return 1;
    puts("all good");
    return 0;
}
