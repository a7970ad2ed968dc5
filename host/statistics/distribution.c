/* Normal and Student's distributions; see distribution.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "statistics/distribution.h"

#include <math.h>

double normal_cdf(double x)
{
    return erfc(-x / sqrt(2)) / 2;
}

// The x at which an increasing cdf reaches the probability, by bisection to the last bit or so.
static double inverse(double (*cdf)(double x, double parameter), double parameter,
                      double probability)
{
    double low = -1, high = 1;
    while (cdf(low, parameter) > probability)
        low *= 2;
    while (cdf(high, parameter) < probability)
        high *= 2;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (cdf(middle, parameter) < probability)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

static double normal_cdf_of(double x, double unused)
{
    (void)unused;
    return normal_cdf(x);
}

double normal_quantile(double probability)
{
    return inverse(normal_cdf_of, 0, probability);
}

// Term i of the continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8).
static double beta_term(double a, double b, double x, unsigned int i)
{
    double m = i / 2; // NOLINT(bugprone-integer-division): terms 2m and 2m + 1
    if (i % 2 == 0)
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
}

// The fraction 1 + d1 / (1 + d2 / ...), by the method of Lentz 1976.
static double beta_fraction(double a, double b, double x)
{
    static const double tiny = 1e-300, precision = 1e-15;
    static const unsigned int terms_max = 10000;
    double fraction = 1, numerator = 1, denominator = 0;
    for (unsigned int i = 1; i < terms_max; i++) {
        double term = beta_term(a, b, x, i);
        denominator = 1 + term * denominator;
        denominator = 1 / (fabs(denominator) < tiny ? tiny : denominator);
        numerator = 1 + term / numerator;
        numerator = fabs(numerator) < tiny ? tiny : numerator;
        fraction *= numerator * denominator;
        if (fabs(numerator * denominator - 1) < precision)
            break;
    }
    return fraction;
}

// The regularised incomplete beta function I_x(a, b).
static double incomplete_beta(double a, double b, double x)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front / (a * beta_fraction(a, b, x));
    return 1 - front / (b * beta_fraction(b, a, 1 - x));
}

double student_cdf(double t, double degrees)
{
    double tail = incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2;
    return t < 0 ? tail : 1 - tail;
}

double student_quantile(double probability, double degrees)
{
    return inverse(student_cdf, degrees, probability);
}
