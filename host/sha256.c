/* SHA-256 of a file; see sha256.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "sha256.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <nettle/base16.h>
#include <nettle/sha2.h>

static void finish(struct sha256_ctx *context, char text[SHA256_TEXT_BYTES])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(context, sizeof digest, digest);
    base16_encode_update(text, sizeof digest, digest);
    text[SHA256_TEXT_BYTES - 1] = '\0';
}

void sha256_text(const char *of, char text[SHA256_TEXT_BYTES])
{
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, strlen(of), (const uint8_t *)of);
    finish(&context, text);
}

int sha256_file(const char *path, char text[SHA256_TEXT_BYTES], struct error *error)
{
    struct sha256_ctx context;
    uint8_t buffer[65536];
    size_t got;
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set_errno(error, EXIT_LACKING, errno, "%s", path);
    sha256_init(&context);
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0)
        sha256_update(&context, got, buffer);
    int failed = ferror(file);
    int saved = errno;
    fclose(file);
    if (failed)
        return error_set_errno(error, EXIT_FAILED, saved, "reading %s", path);
    finish(&context, text);
    return 0;
}
