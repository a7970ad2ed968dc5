/* Listening for a server's silence; see silence.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/silence.h"

#include <errno.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "load/thread_setup.h"

static const uint64_t INTERVAL_NS = NS_PER_MS;

struct silence {
    int fd;
    bool icmp;
    uint16_t echo_id; /* network byte order */
    pthread_t thread;
    atomic_bool watched, ended;
    uint64_t asked_ns, answered_ns; /* the last of each; 0: none yet */
    struct silence_result result;
};

static uint16_t internet_checksum(const void *data, size_t length)
{
    const uint8_t *bytes = data;
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < length; i += 2)
        sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return htons((uint16_t)~sum);
}

static void longer(uint64_t *longest_ns, uint64_t from_ns, uint64_t to_ns)
{
    if (from_ns > 0 && to_ns - from_ns > *longest_ns)
        *longest_ns = to_ns - from_ns;
}

static void ask(struct silence *silence)
{
    struct icmphdr echo;
    const void *question = silence->icmp ? (const void *)&echo : "LAST";
    uint64_t now_ns = clock_now_ns();
    memset(&echo, 0, sizeof echo);
    echo.type = ICMP_ECHO;
    echo.un.echo.id = silence->echo_id;
    echo.un.echo.sequence = htons((uint16_t)silence->result.asked);
    echo.checksum = internet_checksum(&echo, sizeof echo);
    if (silence->watched)
        longer(&silence->result.asked_longest_ns, silence->asked_ns, now_ns);
    // What cannot be sent, or is refused, is a question without an answer.
    (void)!send(silence->fd, question, silence->icmp ? sizeof echo : 4, MSG_DONTWAIT);
    silence->asked_ns = now_ns;
    silence->result.asked++;
}

static bool is_answer(const struct silence *silence, const uint8_t *packet, size_t length)
{
    struct icmphdr echo;
    if (!silence->icmp)
        return length == 4 && memcmp(packet, "LAST", 4) == 0;
    size_t header = length > 0 ? (size_t)(packet[0] & 15) * 4 : 0;
    if (header < sizeof(struct iphdr) || length < header + sizeof echo)
        return false;
    memcpy(&echo, packet + header, sizeof echo);
    return echo.type == ICMP_ECHOREPLY && echo.un.echo.id == silence->echo_id;
}

static void hear(struct silence *silence)
{
    uint8_t packet[256];
    ssize_t length;
    while ((length = recv(silence->fd, packet, sizeof packet, MSG_DONTWAIT)) > 0) {
        uint64_t now_ns = clock_now_ns();
        if (!is_answer(silence, packet, (size_t)length))
            continue;
        longer(silence->watched ? &silence->result.longest_ns : &silence->result.usual_ns,
               silence->answered_ns, now_ns);
        silence->answered_ns = now_ns;
        silence->result.answered++;
    }
}

static void *listen_closely(void *argument)
{
    struct silence *silence = argument;
    struct error ignored;
    struct thread_setup setup;
    bool exact = thread_setup_enter(&setup, NULL, true, &ignored) == 0;
    for (uint64_t due_ns = clock_now_ns(); !silence->ended; due_ns += INTERVAL_NS) {
        uint64_t now_ns;
        ask(silence);
        while ((now_ns = clock_now_ns()) < due_ns + INTERVAL_NS && !silence->ended) {
            struct pollfd answers = {.fd = silence->fd, .events = POLLIN};
            const struct timespec left = clock_timespec(due_ns + INTERVAL_NS - now_ns);
            if (ppoll(&answers, 1, &left, NULL) > 0)
                hear(silence);
        }
    }
    uint64_t user_ns, system_ns;
    if (exact)
        thread_setup_leave(&setup, &user_ns, &system_ns);
    return NULL;
}

static int open_socket(struct silence *silence, struct in_addr address, uint16_t port,
                       struct error *error)
{
    const struct sockaddr_in server = {
        .sin_family = AF_INET, .sin_addr = address, .sin_port = htons(port)};
    silence->fd = silence->icmp ? socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP)
                                : socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (silence->fd >= 0 &&
        connect(silence->fd, (const struct sockaddr *)&server, sizeof server) == 0)
        return 0;
    error_set_errno(error, EXIT_LACKING, errno, "a socket to ask a server every millisecond");
    if (silence->fd >= 0)
        close(silence->fd);
    return -1;
}

struct silence *silence_begin(struct in_addr address, uint16_t port, struct error *error)
{
    struct silence *silence = calloc(1, sizeof *silence);
    if (!silence) {
        error_set(error, EXIT_FAILED, "out of memory");
        return NULL;
    }
    silence->icmp = port == 0;
    silence->echo_id = (uint16_t)getpid();
    if (open_socket(silence, address, port, error) < 0) {
        free(silence);
        return NULL;
    }
    int failure = pthread_create(&silence->thread, NULL, listen_closely, silence);
    if (failure == 0)
        return silence;
    error_set_errno(error, EXIT_FAILED, failure, "starting a thread");
    close(silence->fd);
    free(silence);
    return NULL;
}

void silence_watch(struct silence *silence)
{
    silence->watched = true;
}

void silence_end(struct silence *silence, struct silence_result *result)
{
    silence->ended = true;
    pthread_join(silence->thread, NULL);
    longer(&silence->result.longest_ns, silence->answered_ns, clock_now_ns());
    *result = silence->result;
    close(silence->fd);
    free(silence);
}
