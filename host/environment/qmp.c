/* QEMU's machine protocol; see qmp.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/qmp.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"

static const uint64_t PATIENCE_NS = 10 * NS_PER_S;

// Waits for more, at most until the deadline, and appends it to the text.
static int receive(struct qmp *qmp, uint64_t deadline_ns, struct error *error)
{
    struct pollfd readable = {.fd = qmp->fd, .events = POLLIN};
    uint64_t now_ns = clock_now_ns();
    const struct timespec left = clock_timespec(deadline_ns > now_ns ? deadline_ns - now_ns : 0);

    // A line that fills the room is nothing we asked for: dropped, and its end is then garbage.
    if (qmp->used == sizeof qmp->text)
        qmp->used = 0;
    int ready = ppoll(&readable, 1, &left, NULL);
    if (ready < 0 && errno == EINTR)
        return 0;
    if (ready <= 0)
        return error_set(error, EXIT_FAILED, "QEMU does not reply on its QMP socket");
    ssize_t got = recv(qmp->fd, qmp->text + qmp->used, sizeof qmp->text - qmp->used, 0);
    if (got < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "reading QEMU's QMP socket");
    if (got == 0)
        return error_set(error, EXIT_FAILED, "QEMU closed its QMP socket");
    qmp->used += (size_t)got;
    return 0;
}

// Takes the first line off the text. *message is NULL when it is no JSON object.
static bool take_line(struct qmp *qmp, json_t **message)
{
    const char *newline = memchr(qmp->text, '\n', qmp->used);
    if (!newline)
        return false;
    size_t length = (size_t)(newline - qmp->text) + 1;
    *message = json_loadb(qmp->text, length, 0, NULL);
    qmp->used -= length;
    memmove(qmp->text, newline + 1, qmp->used);
    return true;
}

// The next message with the given key, whose value of "id", where it must have one, is id.
static json_t *wait_for(struct qmp *qmp, bool (*is_it)(const json_t *, json_int_t), json_int_t id,
                        struct error *error)
{
    uint64_t deadline_ns = clock_now_ns() + PATIENCE_NS;
    for (;;) {
        json_t *message;
        while (take_line(qmp, &message)) {
            if (message && is_it(message, id))
                return message;
            json_decref(message);
        }
        if (receive(qmp, deadline_ns, error) < 0)
            return NULL;
    }
}

static bool is_greeting(const json_t *message, json_int_t id)
{
    (void)id;
    return json_object_get(message, "QMP") != NULL;
}

static bool is_reply(const json_t *message, json_int_t id)
{
    const json_t *its_id = json_object_get(message, "id");
    return json_is_integer(its_id) && json_integer_value(its_id) == id;
}

static int send_all(int fd, const char *text, size_t length, struct error *error)
{
    while (length > 0) {
        ssize_t sent = send(fd, text, length, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return error_set_errno(error, EXIT_FAILED, errno, "writing to QEMU's QMP socket");
        if (sent > 0) {
            text += sent;
            length -= (size_t)sent;
        }
    }
    return 0;
}

static int send_command(struct qmp *qmp, const char *command, json_t *arguments,
                        struct error *error)
{
    json_t *message = json_pack("{s:s, s:I, s:o*}", "execute", command, "id", ++qmp->last_id,
                                "arguments", arguments);
    char *text = json_dumps(message, JSON_COMPACT);
    int code = text ? send_all(qmp->fd, text, strlen(text), error)
                    : error_set(error, EXIT_FAILED, "out of memory for a QMP command");
    if (code == 0)
        code = send_all(qmp->fd, "\n", 1, error);
    free(text);
    json_decref(message);
    return code;
}

json_t *qmp_execute(struct qmp *qmp, const char *command, json_t *arguments, struct error *error)
{
    if (send_command(qmp, command, arguments, error) < 0)
        return NULL;
    json_t *reply = wait_for(qmp, is_reply, qmp->last_id, error);
    if (!reply)
        return NULL;
    json_t *returned = json_incref(json_object_get(reply, "return"));
    if (!returned) {
        const char *why =
            json_string_value(json_object_get(json_object_get(reply, "error"), "desc"));
        error_set(error, EXIT_FAILED, "QEMU refused %s: %.300s", command, why ? why : "no reason");
    }
    json_decref(reply);
    return returned;
}

int qmp_begin(struct qmp *qmp, int fd, struct error *error)
{
    qmp->fd = fd;
    qmp->last_id = 0;
    qmp->used = 0;
    json_t *greeting = wait_for(qmp, is_greeting, 0, error);
    json_t *returned = greeting ? qmp_execute(qmp, "qmp_capabilities", NULL, error) : NULL;
    json_decref(greeting);
    json_decref(returned);
    if (returned)
        return 0;
    qmp_close(qmp);
    return -1;
}

int qmp_open(struct qmp *qmp, const char *path, struct error *error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "making a socket for QMP");
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0) {
        error_set_errno(error, EXIT_FAILED, errno, "connecting to QEMU's QMP socket %s", path);
        close(fd);
        return -1;
    }
    return qmp_begin(qmp, fd, error);
}

void qmp_close(struct qmp *qmp)
{
    close(qmp->fd);
    qmp->fd = -1;
}
