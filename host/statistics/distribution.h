/* The two distributions that intervals and tests here need. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_DISTRIBUTION_H
#define THRICE_DISTRIBUTION_H

/* Of the standard normal distribution. The quantile's probability is within (0, 1). */
double normal_cdf(double x);
double normal_quantile(double probability);

/* Of Student's t with that many degrees of freedom, 1 or more. */
double student_cdf(double t, double degrees);
double student_quantile(double probability, double degrees);

#endif
