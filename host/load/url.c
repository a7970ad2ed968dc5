/* URLs of an HTTP load; see url.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/url.h"

#include "number.h"

#include <string.h>

/* Copies the bytes from..end as a string; -1 when there is no room. */
static int copy_part(char *part, size_t part_bytes, const char *from, const char *end)
{
    size_t count = (size_t)(end - from);
    if (count >= part_bytes)
        return -1;
    memcpy(part, from, count);
    part[count] = '\0';
    return 0;
}

static int refuse(struct error *error, const char *text, const char *why)
{
    return error_set(error, EXIT_USAGE, "URL '%.200s': %s; it must be http://HOST[:PORT][/PATH]",
                     text, why);
}

/* Cuts the authority into host and port; colon is where the port begins, or NULL. */
static const char *find_port(const char *authority, const char *end)
{
    const char *bracket = memchr(authority, ']', (size_t)(end - authority));
    const char *from = *authority == '[' && bracket != NULL ? bracket : authority;
    return memchr(from, ':', (size_t)(end - from));
}

int url_parse(const char *text, struct url *url, struct error *error)
{
    static const char scheme[] = "http://";

    if (strncasecmp(text, scheme, sizeof scheme - 1) != 0)
        return refuse(error, text, "not http");
    for (const char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
            return refuse(error, text, "a blank, control or non-ASCII character must be escaped");

    const char *authority = text + sizeof scheme - 1;
    const char *path = authority + strcspn(authority, "/?#");
    const char *path_end = path + strcspn(path, "#"); /* a fragment stays with the client */
    const char *colon = find_port(authority, path);
    const char *host_end = colon != NULL ? colon : path;

    if (memchr(authority, '@', (size_t)(path - authority)) != NULL)
        return refuse(error, text, "user information is not supported");
    if (copy_part(url->authority, sizeof url->authority, authority, path) != 0)
        return refuse(error, text, "host too long");
    if (*authority == '[') {
        if (host_end[-1] != ']')
            return refuse(error, text, "']' is missing behind the IPv6 address");
        authority++;
        host_end--;
    }
    if (host_end <= authority)
        return refuse(error, text, "no host");
    if (copy_part(url->host, sizeof url->host, authority, host_end) != 0)
        return refuse(error, text, "host too long");

    strcpy(url->port, "80");
    if (colon != NULL) {
        char port[sizeof url->port + 1];
        uint64_t number;
        if (copy_part(port, sizeof url->port, colon + 1, path) != 0)
            return refuse(error, text, "bad port");
        if (number_parse("URL's port", port, 1, UINT16_MAX, &number, error) != 0)
            return -1;
        strcpy(url->port, port);
    }

    url->path[0] = '/';
    size_t slash = *path == '/' ? 0 : 1; /* "http://host?query" has the path "/" */
    if (copy_part(url->path + slash, sizeof url->path - slash, path, path_end) != 0)
        return refuse(error, text, "path too long");
    return 0;
}
