/* The part of a URL that an HTTP load needs: http://host[:port][/path]. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_URL_H
#define THRICE_URL_H

#include "error.h"

struct url {
    char authority[300]; /* as typed, for the Host header: "10.0.0.2:8080", "[fd00::2]" */
    char host[256];      /* without brackets */
    char port[6];        /* "80" unless given */
    char path[1024];     /* begins with /; the query belongs to it */
};

/* Returns 0, or -1 and an error (EXIT_USAGE) that says what is wrong with the URL: another
 * scheme, user information, a blank or control character, a part too long. */
int url_parse(const char *text, struct url *url, struct error *error);

#endif
