/** What commands have in common: options, the words they take, and the errors of their values. */
@NullMarked
package dev.gatun.cli.option;

import org.jspecify.annotations.NullMarked;
