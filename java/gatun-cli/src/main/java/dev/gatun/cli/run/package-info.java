/** Run folders as the commands see them: configuration, data, location. */
@NullMarked
package dev.gatun.cli.run;

import org.jspecify.annotations.NullMarked;
