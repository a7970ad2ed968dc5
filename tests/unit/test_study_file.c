// sources: host/study/study_file.c host/study/setting.c host/cfg.c host/nearest.c host/error.c host/environment/payload.c
/* A study's file: what it says, what it means, and that whatever is wrong is told with its line. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>

#include "clock.h"
#include "environment/environment.h"
#include "nearest.h"
#include "study/experiment.h"
#include "study/study.h"

// One experiment, in the place of ours.
struct toy {
    uint64_t count;
    uint64_t length_ns;
    const char *path;
    unsigned int way;
};

static const char *const ways[] = {"forth", "back", NULL};
static const struct setting toy_settings[] = {
    {.key = "count",
     .offset = offsetof(struct toy, count),
     .minimum = 1,
     .maximum = 10,
     .otherwise = CFG_REQUIRED_UINT},
    {.key = "length_s",
     .type = SETTING_SECONDS,
     .offset = offsetof(struct toy, length_ns),
     .minimum = NS_PER_S / 2,
     .maximum = 60 * NS_PER_S,
     .otherwise = NS_PER_S},
    {.key = "path",
     .type = SETTING_TEXT,
     .offset = offsetof(struct toy, path),
     .otherwise_text = "/"},
    {.key = "way",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct toy, way),
     .choices = ways,
     .otherwise_text = "forth"},
    {0},
};

static void check_toy(const void *settings, struct cfg *cfg, const config_setting_t *where)
{
    const struct toy *toy = settings;
    if (toy->count == 7)
        cfg_refuse(cfg, where, "seven is impossible");
}

static const struct experiment toy = {.kind = "toy",
                                      .settings = toy_settings,
                                      .settings_bytes = sizeof(struct toy),
                                      .warm_up = &toy,
                                      .has_guests = true,
                                      .check = check_toy};
static const struct experiment cold = {.kind = "cold",
                                       .speaks = "udp",
                                       .settings = toy_settings,
                                       .settings_bytes = sizeof(struct toy)};
const struct experiment *const experiments[] = {&toy, &cold, NULL};

const struct experiment *experiment_find(const char *kind)
{
    return strcmp(kind, "toy") == 0 ? &toy : strcmp(kind, "cold") == 0 ? &cold : NULL;
}

const struct environment *environment_find(const char *name, struct error *error)
{
    static const char *const names[] = {"native", "unikernel", NULL};
    static const struct environment some;
    if (strcmp(name, "native") == 0 || strcmp(name, "unikernel") == 0)
        return &some;
    nearest_unknown(error, "environment", name, names);
    return NULL;
}

#define HEAD                                                                                       \
    "name = \"mine\";\nsummary = \"one\";\nfigures = ( { name = \"ms\"; better = \"lower\"; } "    \
    ");\n"
#define ONE(...)                                                                                   \
    HEAD "scenarios = ( {\nname = \"a\"; summary = \"s\"; kind = \"toy\"; payload = "              \
         "\"web\";\n" __VA_ARGS__ "\n} );\n"
#define FULL "full = { count = 3; };\n"

static struct study *parse(const char *text)
{
    struct error error = {.text = ""};
    struct study *study = study_parse("my.cfg", text, &error);
    if (!study)
        print_error("%s\n", error.text);
    assert_non_null(study);
    return study;
}

static void refused(const char *text, const char *why)
{
    struct error error = {.text = ""};
    struct study *study = study_parse("my.cfg", text, &error);
    assert_null(study);
    assert_int_equal(error.code, EXIT_USAGE);
    if (!strstr(error.text, why))
        print_error("'%s' does not say '%s'\n", error.text, why);
    assert_non_null(strstr(error.text, why));
    assert_non_null(strstr(error.text, "my.cfg:"));
}

static void test_study_file_says_what_it_means(void **state)
{
    (void)state;
    struct study *study = parse(ONE(
        "arguments = [ \"--close\", \"x\" ]; memory_mib = 64; vcpus = 2;\n"
        "warm_up = { count = 1; };\nfull = { count = 3; length_s = 2.5; path = \"/x\"; };\n"
        "quick = { count = 1; way = \"back\"; };\n"
        "published = ( { host = \"H\"; environment = \"native\"; name = \"N\"; ms = 2.5; } );"));
    const struct scenario *scenario = &study->scenarios[0];
    const struct toy *full = scenario->full, *quick = scenario->quick, *before = scenario->warm_up;
    assert_int_equal(study->scenario_count, 1);
    assert_string_equal(scenario->name, "a");
    assert_string_equal(scenario->arguments[1], "x");
    assert_null(scenario->arguments[2]);
    assert_int_equal(scenario->memory_mib, 64);
    assert_int_equal(scenario->vcpus, 2);
    assert_true(full->count == 3 && full->length_ns == 5 * NS_PER_S / 2 && full->way == 0);
    assert_string_equal(full->path, "/x");
    assert_true(quick->count == 1 && quick->length_ns == full->length_ns && quick->way == 1);
    assert_true(before->count == 1 && before->length_ns == NS_PER_S);
    assert_true(scenario->published[0].values[0].number == 2.5);
    assert_ptr_equal(scenario->published[0].values[0].figure, &study->figures[0]);
    study_free(study);
}

static void test_study_file_has_defaults(void **state)
{
    (void)state;
    struct study *study = parse("source = \"\";\n" ONE(FULL));
    assert_int_equal(study->runs, 30);
    assert_int_equal(study->quick_runs, 1);
    assert_int_equal(study->scenarios[0].guests, 1);
    assert_true(study->scenarios[0].in_quick);
    assert_null(study->scenarios[0].environments);
    assert_string_equal(study->source, "");
    assert_int_equal(study->scenarios[0].figure_count, 1);
    assert_false(study->shows_means);
    study_free(study);
}

static void test_study_file_makes_families_of_arrays(void **state)
{
    (void)state;
    struct study *study = parse(ONE(
        FULL "guests = [ 1, 12 ]; vcpus = [ 2, 4 ];\n"
             "published = ( { environment = \"native\"; name = \"N\"; guests = 12; ms = 9; } );"));
    assert_int_equal(study->scenario_count, 4);
    assert_string_equal(study->scenarios[3].name, "a-12-4vcpu");
    assert_string_equal(study->scenarios[3].family, "a");
    assert_int_equal(study->scenarios[3].guests, 12);
    assert_int_equal(study->scenarios[0].published_count, 0);
    assert_int_equal(study->scenarios[3].published_count, 1);
    study_free(study);
}

static void test_study_file_has_fewer_guests_in_quick(void **state)
{
    (void)state;
    struct study *study = parse(ONE(FULL "guests = [ 1, 2, 12 ]; quick_guests = [ 1, 12 ];\n"));
    assert_true(study->scenarios[0].in_quick);
    assert_false(study->scenarios[1].in_quick);
    assert_true(study->scenarios[2].in_quick);
    study_free(study);
}

static void test_study_file_may_name_a_gap(void **state)
{
    (void)state;
    struct study *study =
        parse(HEAD "scenarios = ( { name = \"sql\"; summary = \"s\"; not_yet = \"no MySQL\"; } );");
    assert_string_equal(study->scenarios[0].not_yet, "no MySQL");
    assert_false(study->scenarios[0].in_quick);
    study_free(study);
}

static void test_study_file_refuses(void **state)
{
    static const struct {
        const char *text;
        const char *why;
    } bad[] = {
        {"", "'name' is missing"},
        {"name = ", "my.cfg:1: syntax error"},
        {"name = \"a b\"; summary = \"x\";", "is not of letters"},
        {"name = \"../a\"; summary = \"x\";", "is not of letters"},
        {HEAD, "my.cfg:3: 'scenarios' is missing"},
        {ONE(FULL "arguments = [ \"a\\nb\" ];"), "'arguments' wants an array of texts of one line"},
        {ONE(FULL
             "guests = [ 1, 2 ];\npublished = ( { environment = \"native\"; name = \"N\"; guests = "
             "3; ms = 9; } );"),
         "published of guests"},
        {ONE(FULL
             "published = ( { environment = \"native\"; name = \"N\"; vcpus = 2; ms = 9; } );"),
         "published of guests"},
        {ONE(FULL "guests = [ 1, 2 ];\nquick_guests = [ 1, 3 ];"),
         "my.cfg:8: 'quick_guests' has 3, and 'guests' has not"},
        {HEAD "scenarios = ();", "my.cfg:4: there is no scenario"},
        {HEAD "scenarios = [ 1 ];", "my.cfg:4: 'scenarios' wants a list of groups"},
        {HEAD "@include \"/etc/passwd\"\n", "my.cfg:4: @include"},
        {HEAD "rums = 3;", "my.cfg:4: unknown key 'rums': did you mean runs?"},
        {HEAD "runs = 0;", "my.cfg:4: 'runs' wants a whole number from 1 to 1000"},
        {HEAD "runs = -1;", "whole number"},
        {HEAD "runs = 1.5;", "whole number"},
        {HEAD "shows = \"meen\";", "did you mean mean?"},
        {"name = \"n\"; summary = \"s\"; figures = ( { name = \"x\"; better = \"bigger\"; } );",
         "better"},
        {"name = \"n\"; summary = \"s\";\nfigures = ( { name = \"x\"; better = \"lower\"; },\n"
         "{ name = \"x\"; better = \"lower\"; } );",
         "my.cfg:3: the figure 'x' is declared twice"},
        {ONE(FULL "payloed = 1;"), "my.cfg:7: unknown key 'payloed'"},
        {ONE("full = { count = 11; };"), "my.cfg:6: 'count' wants a whole number from 1 to 10"},
        {ONE("full = { count = 99999999999999999999; };"), "my.cfg:"},
        {ONE("full = { };"), "'count' is missing"},
        {ONE(""), "'count' is missing"},
        {ONE("full = 3;"), "'full' wants a group"},
        {ONE("full = { count = \"3\"; };"), "whole number"},
        {ONE("full = { count = 3; length_s = 0.1; };"), "'length_s' wants seconds from 0.5 to 60"},
        {ONE("full = { count = 3; length_s = 1e999; };"), "seconds"},
        {ONE("full = { count = 3; way = \"bock\"; };"), "did you mean back?"},
        {ONE("full = { count = 3; path = \"\"; };"), "a text of one line"},
        {ONE(FULL "quick = { cuont = 1; };"), "my.cfg:7: unknown key 'cuont': did you mean count?"},
        {ONE("full = { count = 7; };"), "my.cfg:6: seven is impossible"},
        {ONE(FULL "guests = [ 1, 65 ];"), "'guests' wants whole numbers from 1 to 64"},
        {ONE(FULL "guests = [ ];"), "'guests' wants 1 to 16 numbers"},
        {ONE(FULL "guests = [ 2, 2 ];"), "there is a scenario 'a-2' already"},
        {ONE(FULL "environments = [ \"nativ\" ];"), "did you mean native?"},
        {ONE(FULL "figures = [ \"m\" ];"), "unknown figure 'm'"},
        {ONE(FULL "figures = [ \"ms\", \"ms\" ];"), "my.cfg:7: 'figures' names 'ms' twice"},
        {ONE(FULL "published = ( { environment = \"native\"; name = \"N\"; sm = 1; } );"),
         "unknown figure 'sm'"},
        {ONE(FULL "published = ( { environment = \"dos\"; name = \"N\"; ms = 1; } );"),
         "unknown environment 'dos'"},
        {ONE(FULL "published = ( { environment = \"native\"; name = \"N\"; ms = true; } );"),
         "wants a number"},
        {HEAD
         "scenarios = ( { name = \"a\"; summary = \"s\"; kind = \"tay\"; payload = \"web\"; } );",
         "did you mean toy?"},
        {HEAD
         "scenarios = ( { name = \"a\"; summary = \"s\"; kind = \"toy\"; payload = \"wob\"; } );",
         "did you mean web?"},
        {HEAD
         "scenarios = ( { name = \"a\"; summary = \"s\"; kind = \"cold\"; payload = \"udp\"; " FULL
         "warm_up = { count = 1; }; } );",
         "the kind 'cold' takes no warm_up"},
        {HEAD
         "scenarios = ( { name = \"a\"; summary = \"s\"; kind = \"cold\";\npayload = \"web\"; " FULL
         "} );",
         "my.cfg:5: the kind 'cold' wants a payload that serves udp, and 'web' serves http"},
        {HEAD "scenarios = ( { name = \"a\"; summary = \"s\"; kind = \"cold\"; payload = \"udp\";\n"
              "guests = [ 1, 2 ]; " FULL "} );",
         "my.cfg:5: the kind 'cold' has one server at a time"},
        {ONE(FULL "environments = [ ];"), "my.cfg:7: 'environments' names none"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refused(bad[i].text, bad[i].why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_study_file_says_what_it_means),
        cmocka_unit_test(test_study_file_has_defaults),
        cmocka_unit_test(test_study_file_makes_families_of_arrays),
        cmocka_unit_test(test_study_file_has_fewer_guests_in_quick),
        cmocka_unit_test(test_study_file_may_name_a_gap),
        cmocka_unit_test(test_study_file_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
