/** Run folders as the commands see them: configuration, data, location, and what stops a run. */
@NullMarked
package dev.gatun.cli.run;

import org.jspecify.annotations.NullMarked;
