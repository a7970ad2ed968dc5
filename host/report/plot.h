/* Plots by gnuplot, as SVG to be set into a page. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PLOT_H
#define THRICE_PLOT_H

#include <stdio.h>

#include "error.h"

/* A plot on its way: the caller writes gnuplot's commands to script, which already chose the size,
 * the terminal and colours, and ends with plot_svg() or plot_discard().
 */
struct plot {
    FILE *script;
    char *text; /* of the script, once it is closed */
    size_t size;
};

/* The colours of lines, by their numbers (lt N); see svg.h. Each has points of a shape of its own,
 * for who sees no colours and for paper: the number of that shape among the page's (gpPtN).
 */
enum { PLOT_COLOURS = 6, PLOT_FAINT = 7 };
int plot_point(int colour);

/* A plot of that many pixels; the page shows it as wide as it is itself. Returns 0, or -1 and an
 * error.
 */
int plot_begin(struct plot *plot, unsigned int width, unsigned int height, struct error *error);

/* Runs gnuplot. Returns the SVG element, for the caller to free, or NULL and an error: EXIT_LACKING
 * where there is no gnuplot.
 */
char *plot_svg(struct plot *plot, struct error *error);
void plot_discard(struct plot *plot);

/* The round number by which to divide a linear axis of that length into five parts or fewer, so
 * that long labels do not touch. */
double plot_step(double length);

/* Makes an axis, 'x' or 'y', logarithmic over that range, which is above 0, with labels to read it
 * by. */
void plot_log_axis(FILE *script, char axis, double low, double high);

/* Writes a text of any characters as gnuplot's string. */
void plot_text(FILE *script, const char *text);

#endif
