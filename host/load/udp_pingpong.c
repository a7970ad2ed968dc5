/* UDP ping-pong: a fixed number of datagrams unanswered at any time, each answer sends the next.
 * A closed loop, for round trips and throughput, never for the latency under a given load.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/udp_session.h"

#include "clock.h"

#include <stdlib.h>

struct ball {
    bool flying;
    uint64_t number;
    uint64_t sent_ns;
};

struct game {
    struct udp_session *session;
    struct ball *balls;
    unsigned ball_count;
    uint64_t next; /* number to send */
    unsigned flying;
};

static void throw_ball(struct game *game, struct ball *ball)
{
    struct udp_load_result *result = game->session->result;
    char text[UDP_NUMBER_BYTES];

    ball->flying = false;
    if (game->next == result->count)
        return;
    size_t length = udp_number_format(game->next, text);
    *ball = (struct ball){.flying = true, .number = game->next++, .sent_ns = clock_now_ns()};
    game->flying++;
    if (udp_session_send(game->session, text, length, &result->send_errors))
        result->sent++;
}

/* The ball that the reply answers; a reply without number can only answer the only one. */
static struct ball *find_ball(struct game *game, enum udp_reply reply, uint64_t number)
{
    for (unsigned i = 0; i < game->ball_count; i++) {
        struct ball *ball = &game->balls[i];
        if (ball->flying && (reply == UDP_REPLY_COUNTED || ball->number == number))
            return ball;
    }
    return NULL;
}

static void catch_replies(struct game *game, int count, uint64_t now_ns)
{
    struct udp_session *session = game->session;
    struct udp_load_result *result = session->result;

    for (int i = 0; i < count; i++) {
        uint64_t number = 0;
        enum udp_reply reply = udp_replies_take(&session->replies, session->datagrams[i],
                                                session->messages[i].msg_len, &number);
        if (reply != UDP_REPLY_COUNTED && reply != UDP_REPLY_NUMBERED)
            continue;
        struct ball *ball = find_ball(game, reply, number);
        if (ball == NULL) {
            result->late++;
            continue;
        }
        histogram_record(&result->latency, now_ns - ball->sent_ns);
        game->flying--;
        throw_ball(game, ball);
    }
}

/* Gives up balls that have flown too long, so that a lost datagram does not end the game. */
static void drop_old(struct game *game, uint64_t now_ns)
{
    for (unsigned i = 0; i < game->ball_count; i++) {
        struct ball *ball = &game->balls[i];
        if (ball->flying && ball->sent_ns + game->session->timeout_ns <= now_ns) {
            game->flying--;
            throw_ball(game, ball);
        }
    }
}

int udp_pingpong(struct udp_session *session, struct error *error)
{
    const struct udp_load_options *options = session->options;
    struct udp_load_result *result = session->result;
    struct game game = {.session = session, .ball_count = options->outstanding};

    game.balls = calloc(game.ball_count, sizeof *game.balls);
    if (game.balls == NULL)
        return error_set(error, EXIT_FAILED, "out of memory for %u datagrams", game.ball_count);
    for (unsigned i = 0; i < game.ball_count; i++)
        throw_ball(&game, &game.balls[i]);
    while (game.flying > 0 && !udp_session_stopped(session)) {
        int count = udp_session_receive(session);
        uint64_t now_ns = clock_now_ns();
        catch_replies(&game, count, now_ns);
        if (count < UDP_BATCH)
            drop_old(&game, now_ns);
        udp_session_report(session, now_ns, result->sent);
        if (game.flying > 0 || count > 0)
            result->elapsed_ns = now_ns - session->start_ns;
    }
    result->sending_ns = result->elapsed_ns;
    free(game.balls);
    return 0;
}
