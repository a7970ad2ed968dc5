/* Scenarios that differ in one number alone, guests or connections say, as curves over it; see
 * html.h.
 *
 * They are a family of the study's file, or scenarios of one kind and payload whose names differ in
 * what stands behind the last hyphen.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "report/published.h"
#include "study/record.h"

// What they may differ in, of the manifest's "scenarios" or of the "load" in there.
static const struct {
    const char *key;
    const char *label;
} numbers[] = {{"guests", "servers at once"},
               {"vcpus", "vCPUs"},
               {"memory_mib", "memory of each, MiB"},
               {"connections", "connections"},
               {"rate_per_s", "requests/s"}};
enum { NUMBERS = sizeof numbers / sizeof numbers[0], SPREAD_FOR_LOGARITHMS = 10 };

struct curve {
    const struct ranking *member[STUDY_SCENARIOS_MAX];
    double at[STUDY_SCENARIOS_MAX]; // each member's number
    size_t count;
    const char *label;
    const struct ranking *widest; // the one with the most environments
};

static size_t stem_length(const struct scenario *scenario)
{
    const char *hyphen = strrchr(scenario->name, '-');
    if (strcmp(scenario->family, scenario->name) != 0)
        return strlen(scenario->family);
    return hyphen ? (size_t)(hyphen - scenario->name) : strlen(scenario->name);
}

static bool belong_together(const struct scenario *one, const struct scenario *other)
{
    size_t length = stem_length(one);
    return strcmp(one->kind, other->kind) == 0 && strcmp(one->payload, other->payload) == 0 &&
           length == stem_length(other) && strncmp(one->name, other->name, length) == 0;
}

static double number_of(const struct report *report, const char *scenario, const char *key)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(report->manifest, "scenarios"), i, one)
    {
        const json_t *value = json_object_get(one, key);
        if (!value)
            value = json_object_get(json_object_get(one, "load"), key);
        if (record_is(one, "name", scenario))
            return json_is_number(value) ? json_number_value(value) : NAN;
    }
    return NAN;
}

// Whether all have the number, each another one than the member before.
static bool differ_in(struct curve *curve, const struct report *report, size_t number)
{
    for (size_t i = 0; i < curve->count; i++) {
        curve->at[i] = number_of(report, curve->member[i]->scenario->name, numbers[number].key);
        if (!(curve->at[i] > 0) || (i > 0 && curve->at[i] == curve->at[i - 1]))
            return false;
    }
    curve->label = numbers[number].label;
    return true;
}

// The curve of which the scenario is the first member; false where it is of none.
static bool find_curve(struct curve *curve, const struct report *report,
                       const struct rankings *rankings, size_t first)
{
    const struct scenario *leader = rankings->ranking[first].scenario;
    *curve = (struct curve){.widest = &rankings->ranking[first]};
    for (size_t i = 0; i < rankings->count && curve->count < STUDY_SCENARIOS_MAX; i++) {
        const struct ranking *ranking = &rankings->ranking[i];
        if (!belong_together(leader, ranking->scenario))
            continue;
        if (i < first)
            return false;
        if (ranking->rows > curve->widest->rows)
            curve->widest = ranking;
        curve->member[curve->count++] = ranking;
    }
    for (size_t number = 0; number < NUMBERS && curve->count > 1; number++)
        if (differ_in(curve, report, number))
            return true;
    return false;
}

static const struct ranking_cell *cell_of(const struct ranking *ranking, const char *environment,
                                          unsigned int figure)
{
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (strcmp(ranking->row[row]->environment, environment) == 0)
            return &ranking->cell[row][figure];
    return NULL;
}

// What a plot has: its range, and whether anything was published.
struct extent {
    double low;
    double high;
    bool has_published;
};

static void extend(struct extent *extent, double low, double high)
{
    extent->low = fmin(extent->low, low);
    extent->high = fmax(extent->high, high);
}

// Returns how many members have the figure in the environment.
static size_t script_environment(FILE *script, const struct report *report,
                                 const struct curve *curve, unsigned int row, unsigned int figure,
                                 struct extent *extent)
{
    size_t drawn = 0;
    fprintf(script, "$r%u << END\n", row);
    for (size_t i = 0; i < curve->count; i++) {
        const struct ranking_cell *cell =
            cell_of(curve->member[i], curve->widest->row[row]->environment, figure);
        if (!cell || cell->runs == 0)
            continue;
        double mean = cell->sample.mean, sd = cell->sample.sd;
        double low = mean - sd, high = mean + sd;
        if (!report->study->shows_means && interval_is_known(&cell->mean)) {
            low = cell->mean.low;
            high = cell->mean.high;
        }
        fprintf(script, "%g %g %g %g\n", curve->at[i], mean, low, high);
        extend(extent, low, high);
        drawn++;
    }
    fputs("END\n", script);
    return drawn;
}

static void script_published(FILE *script, const struct report *report, const struct curve *curve,
                             unsigned int figure, struct extent *extent)
{
    const struct ranking *widest = curve->widest;
    fputs("$published << END\n", script);
    for (size_t i = 0; i < curve->count; i++) {
        const struct scenario *scenario = curve->member[i]->scenario;
        for (size_t p = 0; p < scenario->published_count; p++)
            for (unsigned int row = 0; row < widest->rows; row++) {
                double value =
                    published_number(&scenario->published[p], &widest->figures->figure[figure]);
                if (isnan(value) ||
                    !published_beside(report, &scenario->published[p], widest->row[row]))
                    continue;
                fprintf(script, "%g %g %u\n", curve->at[i], value,
                        html_colour(report, widest->row[row]->environment));
                extend(extent, value, value);
                extent->has_published = true;
            }
    }
    fputs("END\n", script);
}

static void script_axes(FILE *script, const struct curve *curve, const char *figure,
                        const struct extent *extent)
{
    double first = curve->at[0], last = first;
    fputs("set format y '%g'\nset xtics (", script);
    for (size_t i = 0; i < curve->count; i++) {
        fprintf(script, "%s'%g' %g", i > 0 ? ", " : "", curve->at[i], curve->at[i]);
        first = fmin(first, curve->at[i]);
        last = fmax(last, curve->at[i]);
    }
    fprintf(script, ")\nset xlabel '%s'\n", curve->label);
    if (last / first > SPREAD_FOR_LOGARITHMS)
        fprintf(script, "set logscale x\nset xrange [%g:%g]\n", first / 1.2, last * 1.2);
    else
        fprintf(script, "set xrange [%g:%g]\n", first - 0.08 * (last - first),
                last + 0.08 * (last - first));
    if (extent->low > 0 && extent->high / extent->low > SPREAD_FOR_LOGARITHMS)
        plot_log_axis(script, 'y', extent->low / 1.5, extent->high * 1.5);
    else
        fprintf(script, "set yrange [%g:%g]\n", fmin(0, 1.1 * extent->low),
                extent->high > 0 ? 1.1 * extent->high : 1);
    fputs("set ylabel ", script);
    plot_text(script, figure);
    fputs("\n", script);
}

static int plot_curve(FILE *page, const struct report *report, const struct curve *curve,
                      unsigned int figure, struct error *error)
{
    const struct ranking *widest = curve->widest;
    const char *name = widest->figures->figure[figure].name;
    struct extent extent = {.low = INFINITY, .high = -INFINITY};
    bool drawn[RANKING_ROWS_MAX] = {false};
    struct plot plot;
    char caption[300];
    if (plot_begin(&plot, HTML_PLOT_WIDTH, HTML_PLOT_HEIGHT, error) < 0)
        return -1;
    for (unsigned int row = 0; row < widest->rows; row++)
        drawn[row] = script_environment(plot.script, report, curve, row, figure, &extent) > 0;
    script_published(plot.script, report, curve, figure, &extent);
    script_axes(plot.script, curve, name, &extent);
    fputs("plot NaN notitle", plot.script);
    for (unsigned int row = 0; row < widest->rows; row++)
        if (drawn[row])
            fprintf(plot.script, ", $r%u using 1:2:3:4 with yerrorlines ps 0.6 lt %u", row,
                    html_colour(report, widest->row[row]->environment));
    if (extent.has_published)
        fputs(", $published using 1:2:3 with points pt 12 ps 0.9 lw 2 lc variable", plot.script);
    fputs("\n", plot.script);
    snprintf(caption, sizeof caption, "%s over %s: means, and %s.%s", name, curve->label,
             report->study->shows_means ? "the standard deviation above and below"
                                        : "their 95 % intervals",
             extent.has_published ? " Diamonds, in the colour of what they stand beside, are what "
                                    "the study published."
                                  : "");
    return html_plot_set(page, &plot, caption, NULL, 0, error);
}

// What follows from the plan, as how far it over-commits the CPUs, is one line for all.
static bool tells_apart(const struct curve *curve, unsigned int figure)
{
    const struct ranking *widest = curve->widest;
    for (size_t i = 0; i < curve->count; i++)
        for (unsigned int row = 1; row < widest->rows; row++) {
            const struct ranking_cell *one =
                cell_of(curve->member[i], widest->row[row - 1]->environment, figure);
            const struct ranking_cell *other =
                cell_of(curve->member[i], widest->row[row]->environment, figure);
            if (one && other && one->runs > 0 && other->runs > 0 &&
                one->sample.mean != other->sample.mean)
                return true;
        }
    return widest->rows < 2;
}

static bool has_figure(const struct curve *curve, unsigned int figure)
{
    unsigned int members = 0;
    for (size_t i = 0; i < curve->count; i++)
        members += ranking_has(curve->member[i], figure);
    return members > 1;
}

static int write_curve(FILE *page, const struct report *report, const struct curve *curve,
                       struct error *error)
{
    const struct scenario *leader = curve->member[0]->scenario;
    char stem[64];
    snprintf(stem, sizeof stem, "%.*s", (int)stem_length(leader), leader->name);
    fputs("<h3>", page);
    html_text(page, stem);
    fprintf(page, ", over %s</h3>\n", curve->label);
    html_legend(page, report, curve->widest);
    fputs("<div class=\"plots\">\n", page);
    for (unsigned int figure = 0; figure < curve->widest->figures->count; figure++)
        if (has_figure(curve, figure) && tells_apart(curve, figure) &&
            plot_curve(page, report, curve, figure, error) < 0)
            return -1;
    fputs("</div>\n", page);
    return 0;
}

bool html_has_curves(const struct report *report, const struct rankings *rankings)
{
    struct curve curve;
    for (size_t i = 0; i < rankings->count; i++)
        if (find_curve(&curve, report, rankings, i))
            return true;
    return false;
}

int html_curves(FILE *page, const struct report *report, const struct rankings *rankings,
                struct error *error)
{
    struct curve curve;
    if (!html_has_curves(report, rankings))
        return 0;
    fputs("<section id=\"curves\"><h2>What grows with what</h2>\n", page);
    for (size_t i = 0; i < rankings->count; i++)
        if (find_curve(&curve, report, rankings, i) && write_curve(page, report, &curve, error) < 0)
            return -1;
    fputs("</section>\n", page);
    return 0;
}
