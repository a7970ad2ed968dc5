/* gnuplot's drawings made part of a page; see svg.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/svg.h"

#include <stdbool.h>
#include <string.h>

#include "report/html.h"

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

// Behind the next end; at the end of the text, where there is none.
static const char *behind(const char *text, const char *end)
{
    const char *found = strstr(text, end);
    return found ? found + strlen(end) : text + strlen(text);
}

// rgb(N, N, N), padded with blanks, is the page's colour of that number; returns what is behind it.
static const char *write_colour(FILE *page, const char *at)
{
    unsigned int red, green, blue;
    const char *end = behind(at, ")");
    if (sscanf(at, "rgb(%u,%u,%u)", &red, &green, &blue) == 3 && red == green && green == blue &&
        red > 0 && red < 16)
        fprintf(page, "var(--c%u)", red);
    else if (sscanf(at, "rgb(%u,%u,%u)", &red, &green, &blue) == 3 && red + green + blue == 0)
        fputs("currentColor", page);
    else
        fprintf(page, "%.*s", (int)(end - at), at);
    return end;
}

static const char *write_point(FILE *page, const char *at, size_t run)
{
    const char *end = behind(at, "/>");
    fprintf(page, "<a href=\"#run-%zu\" tabindex=\"-1\"><title>run %zu</title>", run, run);
    for (const char *colour = strstr(at, "rgb("); colour && colour < end; colour = NULL) {
        fprintf(page, "%.*s", (int)(colour - at), at);
        at = write_colour(page, colour);
    }
    fprintf(page, "%.*s</a>", (int)(end - at), at);
    return end;
}

// gnuplot paints a white disc below the point of an error bar, a hole in it, glaring in the dark.
static bool is_disc(const char *at)
{
    const char *end = strstr(at, "/>"), *white = strstr(at, "color='white'");
    return begins(at, "<use") && white && end && white < end;
}

// What stands before the drawing itself, and what a page must not have twice.
static const char *skip(const char *at)
{
    if (is_disc(at))
        return behind(at, "/>");
    static const char *const parts[][2] = {{"<title>", "</title>"},
                                           {"<desc>", "</desc>"},
                                           {"<defs>", "</defs>"},
                                           {" id=\"gnuplot", "\""},
                                           {"xmlns", "\""}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (begins(at, parts[i][0])) {
            const char *inside = at + strlen(parts[i][0]);
            return behind(begins(at, "xmlns") ? behind(inside, "\"") : inside, parts[i][1]);
        }
    return at;
}

void svg_write(FILE *page, const char *svg, const char *label, const size_t *runs, size_t count)
{
    size_t points = 0;
    fputs("<svg role=\"img\" aria-label=\"", page);
    html_text(page, label);
    putc('"', page);
    for (const char *at = behind(svg, "<svg"); *at;) {
        const char *next = skip(at);
        if (next > at)
            at = next;
        else if (begins(at, "rgb("))
            at = write_colour(page, at);
        else if (begins(at, "'black'") || begins(at, "\"black\"")) {
            fputs("\"currentColor\"", page);
            at += strlen("'black'");
        } else if (begins(at, "<use") && points < count)
            at = write_point(page, at, runs[points++]);
        else
            putc(*at++, page);
    }
}
