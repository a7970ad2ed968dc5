/* Plots by gnuplot; see plot.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/plot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int plot_begin(struct plot *plot, unsigned int width, unsigned int height, struct error *error)
{
    *plot = (struct plot){0};
    plot->script = open_memstream(&plot->text, &plot->size);
    if (!plot->script)
        return error_set(error, EXIT_FAILED, "out of memory for a plot");
    fprintf(plot->script,
            "set terminal svg size %u,%u dynamic font 'sans-serif,14' noenhanced\n"
            "set encoding utf8\nset border 3 lc rgb '#070707'\nset tics nomirror scale 0.5\n"
            "set grid lt 1 lc rgb '#070707' lw 0.5 dt 1\nunset key\n",
            width, height);
    for (int colour = 1; colour <= PLOT_COLOURS; colour++)
        fprintf(plot->script, "set linetype %d lc rgb '#%02x%02x%02x' lw 2 pt %d\n", colour, colour,
                colour, colour, plot_point(colour) + 1); // gnuplot names one less in SVG
    return 0;
}

int plot_point(int colour)
{
    static const int points[PLOT_COLOURS] = {6, 4, 8, 10, 1, 0};
    return points[colour - 1];
}

double plot_step(double length)
{
    double decade = pow(10, floor(log10(length / 5))), steps = length / 5 / decade;
    return decade * (steps > 5 ? 10 : steps > 2 ? 5 : steps > 1 ? 2 : 1);
}

// Up to two decades 1, 2 and 5 of each are labelled, else a decade would be all there is to read;
// below half of one the others too, else there might be none.
void plot_log_axis(FILE *script, char axis, double low, double high)
{
    static const int steps[] = {1, 2, 5, 3, 4, 6, 8};
    size_t labels = high / low > 200 ? 1 : high / low > 5 ? 3 : sizeof steps / sizeof steps[0];
    const char *comma = "";
    fprintf(script, "set logscale %c\nset %crange [%g:%g]\nset %ctics (", axis, axis, low, high,
            axis);
    for (int decade = (int)floor(log10(low)); decade <= (int)floor(log10(high)); decade++)
        for (size_t i = 0; i < labels; i++) {
            double at = steps[i] * pow(10, decade);
            if (at < low || at > high)
                continue;
            fprintf(script, "%s'%g' %g", comma, at, at);
            comma = ", ";
        }
    fputs(")\n", script);
}

// A quote within is doubled; a line ends nowhere but at its end.
void plot_text(FILE *script, const char *text)
{
    putc('\'', script);
    for (; *text; text++) {
        if (*text == '\'')
            putc('\'', script);
        putc((unsigned char)*text < ' ' ? ' ' : *text, script);
    }
    putc('\'', script);
}

void plot_discard(struct plot *plot)
{
    if (plot->script)
        fclose(plot->script);
    free(plot->text);
    *plot = (struct plot){0};
}

// The script goes through a file: a pipe to and from one child can fill up at both ends.
static FILE *script_file(const struct plot *plot, struct error *error)
{
    FILE *file = tmpfile();
    if (file && fwrite(plot->text, 1, plot->size, file) == plot->size && fflush(file) == 0 &&
        fseek(file, 0, SEEK_SET) == 0)
        return file;
    error_set_errno(error, EXIT_FAILED, errno, "a temporary file for gnuplot");
    if (file)
        fclose(file);
    return NULL;
}

static pid_t start(FILE *script, const int output[2])
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    dup2(fileno(script), STDIN_FILENO);
    dup2(output[1], STDOUT_FILENO);
    close(output[0]);
    close(output[1]);
    setenv("LC_ALL", "C.UTF-8", 1); // in C it complains of a sign that it cannot convert
    execlp("gnuplot", "gnuplot", "-", (char *)NULL);
    _exit(127);
}

// All that comes, for the caller to free; NULL when out of memory.
static char *read_all(int fd)
{
    char *all = NULL, part[4096];
    size_t size;
    ssize_t length;
    FILE *stream = open_memstream(&all, &size);
    while (stream && (length = read(fd, part, sizeof part)) > 0)
        fwrite(part, 1, (size_t)length, stream);
    if (stream)
        fclose(stream);
    close(fd);
    return all;
}

// What stands before the element, an XML declaration and a document type, has no place in a page.
static char *only_element(char *document)
{
    char *element = document ? strstr(document, "<svg") : NULL;
    if (element)
        memmove(document, element, strlen(element) + 1);
    return element ? document : NULL;
}

static char *run(FILE *script, struct error *error)
{
    int output[2], status = 0;
    if (pipe(output) < 0) {
        error_set_errno(error, EXIT_FAILED, errno, "a pipe for gnuplot");
        return NULL;
    }
    pid_t pid = start(script, output);
    close(output[1]);
    char *document = read_all(output[0]);
    if (pid > 0)
        waitpid(pid, &status, 0);
    char *element = only_element(document);
    if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 && element)
        return element;
    free(document);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        error_set(error, EXIT_LACKING, "no gnuplot here: apt-get install gnuplot-nox");
    else
        error_set(error, EXIT_FAILED, "gnuplot failed (status %#x)", (unsigned int)status);
    return NULL;
}

char *plot_svg(struct plot *plot, struct error *error)
{
    fclose(plot->script);
    plot->script = NULL;
    FILE *script = script_file(plot, error);
    char *svg = script ? run(script, error) : NULL;
    if (script)
        fclose(script);
    plot_discard(plot);
    return svg;
}
