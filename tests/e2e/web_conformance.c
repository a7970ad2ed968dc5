/* What the payload `web` promises, asked of a running one: the same checks for the bare process,
 * the container, the microVM and the unikernel. Every check is a function in the table at the end.
 *
 * Usage: web_conformance HOST PORT [--close] [--only TEXT] [--connections N]
 *   --close          the server runs with --close: only what that changes is checked
 *   --only TEXT      the checks that have this in their name
 *   --connections N  how many are to be open at once (10000); the server's --idle-timeout must be
 *                    long enough to open them all
 * SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_client.h"

#define HOST           "Host: test\r\n"
#define CLOSE          "Connection: close\r\n"
#define GET(path)      "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define GET_LAST(path) "GET " path " HTTP/1.1\r\n" HOST CLOSE "\r\n"

#define PAGE                                                                                       \
    "HTTP/1.1 200 OK\r\n"                                                                          \
    "Date: Mon, 01 Jan 1970 00:00:01 GMT\r\n"                                                      \
    "Server: IncludeOS prototype 4.0\r\n"                                                          \
    "Last-Modified: Wed, 08 Jan 2003 23:11:55 GMT\r\n"                                             \
    "Content-Type: text/html; charset=UTF-8\r\n"                                                   \
    "Content-Length: 1000\r\n"                                                                     \
    "Accept-Ranges: bytes\r\n"

static int connections = 10000;
static char explanation[256]; // of the check that failed

#define EXPECT(condition, ...)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            snprintf(explanation, sizeof explanation, __VA_ARGS__);                                \
            return false;                                                                          \
        }                                                                                          \
    } while (0)

static const char *const endings[] = {"closed", "reset", "silent"};

// One response and an orderly end: what a request on a connection of its own must bring.
static bool one_response(struct reply *reply, int status, const char *request)
{
    struct response r;
    int shown = (int)strcspn(request, "\r");
    EXPECT(reply->ending == ENDING_CLOSED, "%.*s: the connection ended %s", shown, request,
           endings[reply->ending]);
    EXPECT(response_parse(&r, reply->data, reply->length), "%.*s: no response, %zu bytes", shown,
           request, reply->length);
    EXPECT(r.status == status, "%.*s: status %d, not %d", shown, request, r.status, status);
    EXPECT(r.close, "%.*s: closed without saying Connection: close", shown, request);
    return true;
}

// The response that begins at *at; moves *at behind it.
static bool next_response(const struct reply *reply, size_t *at, struct response *r)
{
    EXPECT(reply->data && response_parse(r, reply->data + *at, reply->length - *at),
           "no response at byte %zu of %zu (%s)", *at, reply->length, endings[reply->ending]);
    EXPECT(r->body_length >= 0, "a response without Content-Length");
    *at += r->head_length + (size_t)r->body_length;
    EXPECT(*at <= reply->length, "a body cut short");
    return true;
}

// What /bytes/N sends: lines of seven digits that begin again every 64 KiB.
static bool is_stream(const char *body, size_t length)
{
    char line[16];
    for (size_t i = 0; i < length; i += 8) {
        snprintf(line, sizeof line, "%07zu\n", i / 8 % 8192);
        if (memcmp(body + i, line, length - i < 8 ? length - i : 8) != 0)
            return false;
    }
    return true;
}

static bool is_page_body(const char *body)
{
    for (int i = 0; i < 1000; i++)
        if (body[i] != 'A')
            return false;
    return true;
}

static bool still_serves(void)
{
    struct reply reply = client_ask(GET_LAST("/"));
    bool good = one_response(&reply, 200, "GET / afterwards");
    reply_free(&reply);
    return good;
}

// ---- the checks -----------------------------------------------------------------------------

static bool check_page(void)
{
    struct reply reply = client_ask(GET("/") GET_LAST("/"));
    static const char kept[] = PAGE "\r\n", closed[] = PAGE "Connection: close\r\n\r\n";
    size_t first = sizeof kept - 1 + 1000, second = sizeof closed - 1 + 1000;
    EXPECT(reply.length == first + second, "%zu bytes, not %zu", reply.length, first + second);
    EXPECT(memcmp(reply.data, kept, sizeof kept - 1) == 0, "the head of a kept connection");
    EXPECT(is_page_body(reply.data + sizeof kept - 1), "the body is not 1000 times A");
    EXPECT(memcmp(reply.data + first, closed, sizeof closed - 1) == 0, "the head of the last one");
    EXPECT(is_page_body(reply.data + first + sizeof closed - 1), "the second body");
    EXPECT(reply.ending == ENDING_CLOSED, "the connection ended %s", endings[reply.ending]);
    reply_free(&reply);
    return true;
}

static bool check_forms_of_good_requests(void)
{
    static const char *const good[] = {
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "\r\n" GET_LAST("/"),
        "GET / HTTP/1.1\nHost: bare line feeds\nConnection: close\n\n",
        "GET http://test/ HTTP/1.1\r\n" HOST CLOSE "\r\n",
        "GET http://test HTTP/1.1\r\n" HOST CLOSE "\r\n",
        "GET /?query HTTP/1.1\r\n" HOST CLOSE "\r\n",
        "GET / HTTP/1.1\r\nhost:test\r\nCONNECTION:\tkeep-alive , Close \r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n" CLOSE "\r\n",
        "GET / HTTP/1.1\r\n" HOST CLOSE "Content-Length: 3\r\n\r\nabc",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct reply reply = client_ask(good[i]);
        if (!one_response(&reply, 200, good[i]))
            return false;
        reply_free(&reply);
    }
    return true;
}

static bool check_refusals(void)
{
    static const struct {
        int status;
        const char *request;
    } refused[] = {
        {400, "GET\r\n\r\n"},
        {400, "GET /\r\n\r\n"},
        {400, "GET / \r\n\r\n"},
        {400, " GET / HTTP/1.1\r\n" HOST "\r\n"},
        {400, "GET  / HTTP/1.1\r\n" HOST "\r\n"},
        {400, "GET / / HTTP/1.1\r\n" HOST "\r\n"},
        {400, "GET / HTTP/1.1 \r\n" HOST "\r\n"},
        {400, "GET / http/1.1\r\n" HOST "\r\n"},
        {400, "GET / HTTP/1\r\n" HOST "\r\n"},
        {400, "GET / HTTP/1.x\r\n" HOST "\r\n"},
        {400, "GET x HTTP/1.1\r\n" HOST "\r\n"},
        {400, "G\"T / HTTP/1.1\r\n" HOST "\r\n"},
        {400, "GET / HTTP/1.1\r\n\r\n"}, // no Host
        {400, "GET / HTTP/1.1\r\n" HOST HOST "\r\n"},
        {400, "GET / HTTP/1.1\r\n" HOST "no colon\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\n" HOST "space : before colon\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\n" HOST " folded\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\n" HOST ": no name\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\n" HOST "X: bell\a\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\n" HOST "X: lone\rreturn\r\n\r\n"},
        {400, "POST /discard HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n"},
        {400, "POST /discard HTTP/1.1\r\n" HOST "Content-Length: 1x\r\n\r\n"},
        {400, "POST /discard HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n"},
        {400, "POST /discard HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n"},
        {400, "POST /discard HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
        {400, "POST /discard HTTP/1.1\r\n" HOST
              "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {400, "POST /discard HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nx\r\n"},
        {400, "POST /discard HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n"},
        {501, "POST /discard HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n"},
        {501, "DELETE / HTTP/1.1\r\n" HOST "\r\n"},
        {501, "OPTIONS * HTTP/1.1\r\n" HOST "\r\n"},
        {501, "get / HTTP/1.1\r\n" HOST "\r\n"},
        {505, "GET / HTTP/2.0\r\n" HOST "\r\n"},
        {404, GET("/missing")},
        {404, GET("//")},
        {404, GET("/bytes/")},
        {404, GET("/bytes/-1")},
        {404, GET("/bytes/1x")},
        {404, GET("/bytes/67108865")},
        {404, GET("/bytes/18446744073709551616")},
        {405, "POST / HTTP/1.1\r\n" HOST "\r\n"},
        {405, GET("/discard")},
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct reply reply = client_ask(refused[i].request);
        if (!one_response(&reply, refused[i].status, refused[i].request))
            return false;
        reply_free(&reply);
    }
    return true;
}

// As a string: a head of `length` bytes in all, its filling in one header or in the target.
static char *long_request(size_t length, bool in_target)
{
    const char *before = in_target ? "GET /?" : "GET / HTTP/1.1\r\n" HOST CLOSE "X: ";
    const char *after = in_target ? " HTTP/1.1\r\n" HOST CLOSE "\r\n" : "\r\n\r\n";
    char *request = malloc(length + 1);
    if (request == NULL)
        abort();
    memset(request, 'x', length);
    memcpy(request, before, strlen(before));
    strcpy(request + length - strlen(after), after);
    return request;
}

static bool check_over_long(void)
{
    for (int in_target = 0; in_target <= 1; in_target++)
        for (size_t piece = 0; piece <= 700; piece += 700)
            for (size_t length = 8192; length <= 100000; length *= 2) {
                char *request = long_request(length, in_target);
                int fd = client_connect();
                EXPECT(fd >= 0, "connect: %s", strerror(errno));
                struct reply reply = client_exchange(fd, request, length, piece);
                if (!one_response(&reply, length > 8192 ? 431 : 200, "a head of 8 KiB and more"))
                    return false;
                reply_free(&reply);
                free(request);
            }
    return true;
}

// A refusal must reach a client that has sent much more than the server will read.
static bool check_refusal_before_unread_data(void)
{
    enum { EXTRA_BYTES = 1024 * 1024 };
    static char request[64 + EXTRA_BYTES] = "nonsense\r\n\r\n";
    memset(request + strlen(request), 'x', EXTRA_BYTES);
    for (int i = 0; i < 20; i++) {
        int fd = client_connect();
        EXPECT(fd >= 0, "connect: %s", strerror(errno));
        struct reply reply = client_exchange(fd, request, sizeof request, 0);
        struct response r;
        EXPECT(reply.data && response_parse(&r, reply.data, reply.length), "the answer was lost");
        EXPECT(r.status == 400, "status %d", r.status);
        reply_free(&reply);
    }
    return true;
}

static const char mixed[] = "HEAD / HTTP/1.1\r\n" HOST "\r\n"
                            "POST /discard HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello" //
    GET("/bytes/20") "POST /discard HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
                     "3\r\nabc\r\n00a;name=value\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n" //
    GET_LAST("/");

static bool mixed_is_right(const struct reply *reply)
{
    struct response r;
    size_t at = 0;
    EXPECT(reply->data && response_parse(&r, reply->data, reply->length), "no first response");
    EXPECT(r.status == 200 && r.body_length == 1000, "HEAD /");
    at = r.head_length; // and no body
    if (!next_response(reply, &at, &r))
        return false;
    EXPECT(r.status == 200 && strncmp(r.body, "5\n", 2) == 0, "POST with a length");
    if (!next_response(reply, &at, &r))
        return false;
    EXPECT(r.body_length == 20 && is_stream(r.body, 20), "GET /bytes/20");
    if (!next_response(reply, &at, &r))
        return false;
    EXPECT(r.status == 200 && strncmp(r.body, "13\n", 3) == 0, "POST with chunks");
    if (!next_response(reply, &at, &r))
        return false;
    EXPECT(r.close && r.body_length == 1000 && is_page_body(r.body), "GET / at last");
    EXPECT(at == reply->length, "%zu bytes too many", reply->length - at);
    EXPECT(reply->ending == ENDING_CLOSED, "the connection ended %s", endings[reply->ending]);
    return true;
}

static bool check_pieces_of_every_size(void)
{
    for (size_t piece = 1; piece < sizeof mixed; piece += piece < 8 ? 1 : 37) {
        int fd = client_connect();
        EXPECT(fd >= 0, "connect: %s", strerror(errno));
        struct reply reply = client_exchange(fd, mixed, sizeof mixed - 1, piece);
        if (!mixed_is_right(&reply)) {
            size_t said = strlen(explanation);
            snprintf(explanation + said, sizeof explanation - said, " (in pieces of %zu)", piece);
            return false;
        }
        reply_free(&reply);
    }
    return true;
}

// `count` requests for bodies of growing length in one breath.
static bool pipeline(int count, int step_bytes)
{
    char *requests = NULL;
    size_t length = 0, at = 0;
    FILE *out = open_memstream(&requests, &length);
    for (int i = 0; i < count; i++)
        fprintf(out, "GET /bytes/%d HTTP/1.1\r\n" HOST "%s\r\n", i * step_bytes,
                i == count - 1 ? CLOSE : "");
    fclose(out);
    int fd = client_connect();
    EXPECT(fd >= 0, "connect: %s", strerror(errno));
    struct reply reply = client_exchange(fd, requests, length, 0);
    for (int i = 0; i < count; i++) {
        struct response r;
        if (!next_response(&reply, &at, &r))
            return false;
        EXPECT(r.body_length == (long long)i * step_bytes, "answer %d has %lld bytes", i,
               r.body_length);
        EXPECT(is_stream(r.body, (size_t)r.body_length), "answer %d has a wrong body", i);
    }
    EXPECT(at == reply.length, "%zu bytes too many", reply.length - at);
    reply_free(&reply);
    free(requests);
    return true;
}

static bool check_pipelining(void)
{
    return pipeline(100, 1) && pipeline(1000, 0);
}

static bool check_pipelining_beyond_the_buffers(void)
{
    return pipeline(300, 499);
}

static bool check_bytes(void)
{
    static const long long lengths[] = {0, 1, 7, 65535, 65536, 65537, 1000000, 64 * 1024 * 1024};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        char request[128];
        struct response r;
        size_t at = 0;
        snprintf(request, sizeof request, "GET /bytes/%lld HTTP/1.0\r\n\r\n", lengths[i]);
        struct reply reply = client_ask(request);
        if (!next_response(&reply, &at, &r))
            return false;
        EXPECT(r.body_length == lengths[i] && at == reply.length, "/bytes/%lld: %zu bytes",
               lengths[i], reply.length - r.head_length);
        EXPECT(is_stream(r.body, (size_t)lengths[i]), "/bytes/%lld: wrong body", lengths[i]);
        reply_free(&reply);
    }
    return true;
}

static bool check_head(void)
{
    struct reply reply = client_ask("HEAD /bytes/67108864 HTTP/1.1\r\n" HOST CLOSE "\r\n");
    struct response r;
    if (!one_response(&reply, 200, "HEAD"))
        return false;
    response_parse(&r, reply.data, reply.length);
    EXPECT(r.body_length == 67108864, "Content-Length: %lld", r.body_length);
    EXPECT(reply.length == r.head_length, "%zu bytes of body", reply.length - r.head_length);
    reply_free(&reply);
    return true;
}

static bool check_discard(void)
{
    enum { BODY_BYTES = 8 * 1024 * 1024 };
    static char request[256 + BODY_BYTES];
    int head =
        snprintf(request, sizeof request,
                 "POST /discard HTTP/1.1\r\n" HOST CLOSE "Content-Length: %d\r\n\r\n", BODY_BYTES);
    memset(request + head, '\n', BODY_BYTES); // what would end a line, were it part of the head
    int fd = client_connect();
    EXPECT(fd >= 0, "connect: %s", strerror(errno));
    struct reply reply = client_exchange(fd, request, (size_t)head + BODY_BYTES, 0);
    if (!one_response(&reply, 200, "POST of 8 MiB"))
        return false;
    EXPECT(strstr(reply.data, "\r\n\r\n8388608\n"), "counted: %s", reply.data);
    reply_free(&reply);
    return true;
}

static bool check_continue(void)
{
    static const char head[] =
        "POST /discard HTTP/1.1\r\n" HOST CLOSE "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    static const char expected[] = "HTTP/1.1 100 Continue\r\n\r\n";
    char got[sizeof expected] = "";
    int fd = client_connect();
    EXPECT(fd >= 0, "connect: %s", strerror(errno));
    send(fd, head, sizeof head - 1, MSG_NOSIGNAL);
    recv(fd, got, sizeof got - 1, MSG_WAITALL);
    EXPECT(strcmp(got, expected) == 0, "instead of 100 Continue: %s", got);
    struct reply reply = client_exchange(fd, "ok", 2, 0);
    bool good = one_response(&reply, 200, "the body after 100 Continue");
    reply_free(&reply);
    return good;
}

static bool check_half_closed_client(void)
{
    int fd = client_connect();
    EXPECT(fd >= 0, "connect: %s", strerror(errno));
    static const char request[] = GET("/bytes/1000000");
    send(fd, request, sizeof request - 1, MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    struct reply reply = client_exchange(fd, NULL, 0, 0);
    struct response r;
    size_t at = 0;
    if (!next_response(&reply, &at, &r))
        return false;
    EXPECT(at == reply.length && r.body_length == 1000000, "%zu bytes", reply.length);
    reply_free(&reply);
    return true;
}

// Half of them as if the client had died, with a reset in the middle of an answer.
static bool check_clients_that_leave(void)
{
    static const char request[] = GET("/bytes/67108864");
    for (int i = 0; i < 200; i++) {
        struct linger reset = {.l_onoff = i % 2, .l_linger = 0};
        int fd = client_connect();
        EXPECT(fd >= 0, "connection %d: %s", i, strerror(errno));
        send(fd, request, (size_t)i % sizeof request, MSG_NOSIGNAL);
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(fd);
    }
    return still_serves();
}

// Both a client that says nothing and one that stops in the middle of a request.
static bool check_silent_clients(void)
{
    int silent = client_connect(), stopped = client_connect();
    EXPECT(silent >= 0 && stopped >= 0, "connect: %s", strerror(errno));
    send(stopped, "GET / HT", 8, MSG_NOSIGNAL);
    struct reply first = client_exchange(silent, NULL, 0, 0);
    struct reply second = client_exchange(stopped, NULL, 0, 0);
    EXPECT(first.ending == ENDING_CLOSED, "a silent client: %s", endings[first.ending]);
    EXPECT(second.ending == ENDING_CLOSED, "a stopped client: %s", endings[second.ending]);
    reply_free(&first);
    reply_free(&second);
    return true;
}

// Noise, and good requests with some bytes turned: whatever the answer, the server lives on.
static bool check_noise(void)
{
    srand(1);
    for (int i = 0; i < 500; i++) {
        char noise[sizeof mixed + 1000];
        size_t length = sizeof mixed - 1;
        memcpy(noise, mixed, length);
        if (i % 2) {
            length = 1 + (size_t)rand() % sizeof noise;
            for (size_t j = 0; j < length; j++)
                noise[j] = (char)rand();
        }
        for (int flips = rand() % 8; flips >= 0; flips--)
            noise[(size_t)rand() % length] = (char)rand();
        int fd = client_connect();
        EXPECT(fd >= 0, "connection %d: %s", i, strerror(errno));
        send(fd, noise, length, MSG_NOSIGNAL);
        shutdown(fd, SHUT_WR);
        struct reply reply = client_exchange(fd, NULL, 0, 0);
        EXPECT(reply.ending != ENDING_SILENT, "noise %d: no answer and no end", i);
        reply_free(&reply);
    }
    return still_serves();
}

static bool check_many_connections(void)
{
    static const char request[] = GET("/");
    enum { ANSWER_BYTES = sizeof PAGE - 1 + 2 + 1000 };
    static char answer[ANSWER_BYTES];
    int *open = calloc((size_t)connections, sizeof *open);
    EXPECT(open, "out of memory");
    for (int i = 0; i < connections; i++) {
        open[i] = client_connect();
        EXPECT(open[i] >= 0, "connection %d: %s", i, strerror(errno));
    }
    for (int i = 0; i < connections; i++)
        EXPECT(send(open[i], request, sizeof request - 1, MSG_NOSIGNAL) > 0,
               "request on connection %d: %s", i, strerror(errno));
    for (int i = 0; i < connections; i++) {
        ssize_t got = recv(open[i], answer, sizeof answer, MSG_WAITALL);
        EXPECT(got == ANSWER_BYTES, "connection %d of %d: %zd bytes", i, connections, got);
        close(open[i]);
    }
    free(open);
    return still_serves();
}

// ---- with --close ---------------------------------------------------------------------------

// One answer, then an orderly end, even where the client has sent more.
static bool check_close(void)
{
    static const char *const requests[] = {GET("/"), GET("/") GET("/"), GET_LAST("/")};
    for (int i = 0; i < 300; i++) {
        struct reply reply = client_ask(requests[i % 3]);
        if (!one_response(&reply, 200, requests[i % 3]))
            return false;
        EXPECT(reply.length == sizeof PAGE - 1 + sizeof CLOSE - 1 + 2 + 1000, "%zu bytes",
               reply.length);
        reply_free(&reply);
    }
    return true;
}

// ---- running them ---------------------------------------------------------------------------

struct check {
    const char *name;
    bool (*run)(void);
};

static const struct check checks[] = {
    {"the page", check_page},
    {"forms of good requests", check_forms_of_good_requests},
    {"refusals", check_refusals},
    {"over-long requests", check_over_long},
    {"a refusal before unread data", check_refusal_before_unread_data},
    {"requests in pieces of every size", check_pieces_of_every_size},
    {"pipelining", check_pipelining},
    {"pipelining beyond the buffers", check_pipelining_beyond_the_buffers},
    {"/bytes up to 64 MiB", check_bytes},
    {"HEAD", check_head},
    {"POST /discard", check_discard},
    {"100 Continue", check_continue},
    {"a half-closed client", check_half_closed_client},
    {"clients that leave", check_clients_that_leave},
    {"noise", check_noise},
    {"many connections at once", check_many_connections},
    {"silent clients", check_silent_clients},
    {NULL, NULL},
};

static const struct check close_checks[] = {{"--close", check_close}, {NULL, NULL}};

int main(int argc, char **argv)
{
    const struct check *check = checks;
    const char *only = "";
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "--close") == 0)
            check = close_checks;
        else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc)
            only = argv[++i];
        else if (strcmp(argv[i], "--connections") == 0 && i + 1 < argc)
            connections = atoi(argv[++i]);
        else
            argc = 0;
    }
    if (argc < 3 || connections < 1 || !client_server(argv[1], argv[2])) {
        fputs("usage: web_conformance HOST PORT [--close] [--only TEXT] [--connections N]\n",
              stderr);
        return 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    int failures = 0;
    for (; check->name; check++) {
        if (!strstr(check->name, only))
            continue;
        bool good = check->run();
        printf(good ? "ok     %s\n" : "FAILED %s: %s\n", check->name, explanation);
        fflush(stdout);
        failures += !good;
    }
    return failures > 0;
}
