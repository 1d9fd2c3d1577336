/** Run folders of the commands: configuration, data, location, and stop signals. */
@NullMarked
package dev.gatun.cli.run;

import org.jspecify.annotations.NullMarked;
