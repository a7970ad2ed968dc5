/* The HTTP/1.1 server that payloads share: one thread on level-triggered epoll.
 *
 * Input of all connections passes through one buffer and answers are sent from prebuilt text, so a
 * connection between requests holds no buffer at all and a request allocates nothing; only a line
 * cut short by its packet is kept until the rest comes.
 *
 * A payload defines `http_service` (http_service.h) and calls http_main(). Errors of form, unknown
 * methods and timeouts are dealt with here. Below it: http_request.h, http_answer.h,
 * http_connection.h. SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HTTP_SERVER_H
#define THRICE_HTTP_SERVER_H

#include <stdbool.h>

#include "http_service.h"

// Takes the options (--port, --close, --idle-timeout, --backlog, --help), and an argument into
// *operand unless that is NULL, then serves for ever. Wrong options end it with status 2.
__attribute__((cold)) _Noreturn void http_main(int argc, char **argv, const char **operand);

#endif
