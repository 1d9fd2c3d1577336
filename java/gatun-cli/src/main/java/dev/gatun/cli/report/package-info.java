/** The page {@code report.html} in a run's folder: what it shows, and how it is kept while the run goes on. */
@NullMarked
package dev.gatun.cli.report;

import org.jspecify.annotations.NullMarked;
