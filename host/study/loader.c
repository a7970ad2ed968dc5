/* The load of a scenario; see loader.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "environment/isolation.h"
#include "load/http.h"
#include "load/udp.h"

enum { BODY_BYTES = 1000 }; // the oslo answer, at /

static struct endpoint endpoint_of(struct in_addr host, uint16_t port)
{
    struct endpoint endpoint = {.length = sizeof(struct sockaddr_in)};
    struct sockaddr_in *address = (struct sockaddr_in *)&endpoint.address;
    address->sin_family = AF_INET;
    address->sin_addr = host;
    address->sin_port = htons(port);
    return endpoint;
}

static struct endpoint server_endpoint(const struct server *server)
{
    return endpoint_of(server->port.address, server->options.port);
}

static void fail(struct loader_result *result, const char *reason)
{
    result->is_failed = true;
    snprintf(result->reason, sizeof result->reason, "%s", reason);
}

static int run_http(const struct load *load, const struct server *server,
                    struct source_ports *ports, struct loader_result *result, struct error *error)
{
    char body[BODY_BYTES];
    const struct payload *payload = server->options.payload;
    struct endpoint sources[NETWORK_CLIENTS];
    for (unsigned int i = 0; i < NETWORK_CLIENTS; i++)
        sources[i] = endpoint_of(network_client(i), 0);
    memset(body, 'A', sizeof body);
    const struct http_load_options options = {
        .server = server_endpoint(server),
        .host = server->port.address_text,
        .path = payload->url_path ? payload->url_path : "/",
        .rate_per_s = load->rate_per_s,
        .duration_ns = load->duration_ns,
        .expected_body = server->environment->foreign ? NULL : body,
        .expected_body_bytes = sizeof body,
        .sources = sources,
        .source_count = NETWORK_CLIENTS,
        .ports = ports,
        .stop = isolation_stop_flag(),
    };
    struct http_load_result *http = malloc(sizeof *http);
    if (!http)
        return error_set(error, EXIT_FAILED, "out of memory for the load's result");
    int code = http_load_run(&options, http, error);
    if (code == 0) {
        result->is_void = http_load_void(http, result->reason, sizeof result->reason);
        if (!result->is_void && http->completed == 0)
            fail(result, "not one request was answered well");
        result->json = http_load_result_json(http);
        snprintf(result->key_figure, sizeof result->key_figure, "%.2f ms, %llu of %llu answered",
                 http->response.mean_ns / NS_PER_MS, (unsigned long long)http->completed,
                 (unsigned long long)http->due);
        http_load_result_free(http);
    }
    free(http);
    return code;
}

static int run_udp(const struct load *load, const struct server *server,
                   struct loader_result *result, struct error *error)
{
    const struct udp_load_options options = {
        .server = server_endpoint(server),
        .mode = UDP_LOAD_GAP,
        .count = load->count,
        .gap_us = load->gap_us,
        .stop = isolation_stop_flag(),
    };
    struct udp_load_result *udp = malloc(sizeof *udp);
    if (!udp)
        return error_set(error, EXIT_FAILED, "out of memory for the load's result");
    int code = udp_load_run(&options, udp, error);
    if (code == 0) {
        result->is_void = udp_load_void(udp, result->reason, sizeof result->reason);
        if (!result->is_void && (udp->replies == 0 || !udp->last_answered))
            fail(result,
                 udp->replies == 0 ? "not one datagram was answered" : "LAST was not answered");
        result->json = udp_load_result_json(udp);
        snprintf(result->key_figure, sizeof result->key_figure, "%.2f s, %llu of %llu answered",
                 (double)udp->elapsed_ns / NS_PER_S, (unsigned long long)udp->replies,
                 (unsigned long long)udp->sent);
    }
    free(udp);
    return code;
}

int loader_run(const struct scenario *scenario, const struct load *load,
               const struct server *server, struct source_ports *ports,
               struct loader_result *result, struct error *error)
{
    memset(result, 0, sizeof *result);
    int code = scenario->kind == LOAD_HTTP ? run_http(load, server, ports, result, error)
                                           : run_udp(load, server, result, error);
    if (code == 0 && !result->json)
        return error_set(error, EXIT_FAILED, "out of memory for the load's result");
    return code;
}

void loader_pause(uint64_t duration_ns)
{
    const struct timespec until = clock_timespec(clock_now_ns() + duration_ns);
    while (!isolation_interrupted() &&
           clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0)
        continue;
}
